// Spares figures a question. Bokeh asks the browser for a CSS variable for every colour, width and font that it
// paints, a thousand times for one figure, and each answer makes the browser work out its styles anew. No style
// sheet here sets such a variable: the answer is always that there is none.
Bokeh.require("core/visuals/visual").VisualProperties.prototype._get_css_value = () => "";
