# The dashboard as a user without privileges; data sets, imports and runs are in the volume /data.
#
#   docker build -t proda .
#   docker run --rm -p 127.0.0.1:5006:5006 -v proda-data:/data proda
#
# There are no users and no passwords: publish the port on this computer alone, or behind a proxy that asks for one.

FROM python:3.11-slim AS packages
# Passed to pip, for instance an index of PyTorch's CPU packages, which make the image some gigabytes smaller.
ARG PIP_ARGS=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/proda
ENV PATH="/opt/proda/bin:$PATH"
COPY requirements/runtime.txt requirements/torch.txt requirements/cuda.txt /tmp/requirements/
RUN pip install $PIP_ARGS --require-hashes --no-deps -r /tmp/requirements/runtime.txt -r /tmp/requirements/torch.txt \
    && (pip check >/dev/null || pip install $PIP_ARGS --require-hashes --no-deps -r /tmp/requirements/cuda.txt)

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 proda && mkdir /data && chown proda:proda /data
COPY --from=packages /opt/proda /opt/proda
ENV PATH="/opt/proda/bin:$PATH" PRODA_DATA_DIR=/data PYTHONUNBUFFERED=1
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY proda_core proda_core
COPY dashboard dashboard
COPY data data
# In place, so that the showcase is complete; pip only writes links into /opt/proda.
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable .
USER proda
VOLUME /data
EXPOSE 5006
HEALTHCHECK --interval=60s --timeout=30s --start-period=120s \
    CMD ["python", "-m", "dashboard.server.health", "http://localhost:5006/"]
CMD ["proda", "dashboard", "--no-open", "--address", "0.0.0.0", "--port", "5006"]
