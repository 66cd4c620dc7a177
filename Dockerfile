# Two stages: wheels are built with the build tools, the image that runs has none of them.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements/ requirements/
RUN python -m venv /opt/syndicator \
 && /opt/syndicator/bin/pip install --no-cache-dir --no-deps --no-build-isolation --require-hashes -r requirements/build.lock \
 && /opt/syndicator/bin/pip install --no-cache-dir --no-deps --no-build-isolation --require-hashes -r requirements/runtime.lock
COPY pyproject.toml README.md LICENSE ./
COPY src/ src/
RUN /opt/syndicator/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/syndicator/bin/pip uninstall --yes hatchling editables setuptools wheel trove-classifiers tomlkit pathspec pluggy

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="syndicator" \
      org.opencontainers.image.licenses="MIT"
ENV PATH=/opt/syndicator/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SYNDICATOR_CONFIG=/etc/syndicator/syndicator.yaml
RUN useradd --system --uid 10001 --home-dir /var/lib/syndicator --create-home syndicator
COPY --from=build /opt/syndicator /opt/syndicator
# pip has compiled what it installed; the image's own library comes without, and our user may not write there.
RUN python -m compileall -q -x site-packages /usr/local/lib/python3.11
# Inside a container "loopback" is the container: listen to all, the published port decides who may come.
COPY config/syndicator.yaml /etc/syndicator/syndicator.yaml
RUN sed -i 's/public: 127.0.0.1:8080/public: 0.0.0.0:8080/' /etc/syndicator/syndicator.yaml
# The database's relative path (var/syndicator.db) lands in the volume.
WORKDIR /var/lib/syndicator
VOLUME /var/lib/syndicator
USER 10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["syndicator"]
CMD ["run"]
