# syncd in a container: slim, no build tools in the last stage, not root.
#
#   docker build -t syncd .
#   docker run -d --env-file .env -v ./mappings:/app/mappings:ro -v syncd-state:/app/state syncd
#
# Any command of the CLI can stand in for `run`: docker run --rm … syncd check

FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements/build.lock requirements/run.lock requirements/
RUN python -m venv /opt/syncd \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.lock \
    && /opt/syncd/bin/pip install --no-cache-dir --require-hashes -r requirements/run.lock
COPY pyproject.toml README.md ./
COPY syncd syncd
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /dist . \
    && /opt/syncd/bin/pip install --no-cache-dir --no-deps --no-index --find-links /dist syncd \
    && /opt/syncd/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim
LABEL org.opencontainers.image.title="syncd" \
      org.opencontainers.image.description="Keeps Procore and Quickbase records in agreement, in both directions" \
      org.opencontainers.image.documentation="README.md"
RUN groupadd --gid 10001 syncd \
    && useradd --uid 10001 --gid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin syncd \
    && install -d -o 10001 -g 10001 /app /app/mappings /app/state
COPY --from=build /opt/syncd /opt/syncd
ENV PATH="/opt/syncd/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SYNCD_MAPPINGS_DIR=/app/mappings \
    SYNCD_STATE_DIR=/app/state
WORKDIR /app
USER 10001:10001
VOLUME ["/app/mappings", "/app/state"]
# SIGTERM drains: work under way is finished or journalled before the process ends.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
    CMD ["syncd", "status", "--health"]
ENTRYPOINT ["syncd"]
CMD ["run"]
