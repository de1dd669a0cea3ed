// Paints figures without CSS lookups. Bokeh asks the browser for a CSS variable for every colour, width and font that
// it paints, a thousand times for one figure, and each answer makes the browser compute its styles anew. No style
// sheet of the dashboard sets such a variable.
Bokeh.require("core/visuals/visual").VisualProperties.prototype._get_css_value = () => "";
