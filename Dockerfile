# One image for every service: `docker run IMAGE payments`. How it is built and checked: docs/DEPLOY.md.
#
# The stage `binary` is replaced by a directory where packages cannot be fetched while an image is built:
#   scripts/stage.sh release .build/stage && docker buildx build --build-context binary=.build/stage .

# The toolchain's exact version. Its digest is recorded in the provenance of each release.
ARG SWIFT_IMAGE=swift:6.3.1-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-20260824-slim@sha256:88200866dfff7ea7f5cbcb6ec7c8a701889efe6fe859fe64d6990e4b07ea4171

FROM ${SWIFT_IMAGE} AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /source
COPY scripts/setup.sh scripts/
RUN scripts/setup.sh run
COPY . .
RUN --mount=type=cache,target=/source/.build,sharing=locked \
    scripts/build.sh release --static-swift-stdlib \
    && Web/build.sh \
    && scripts/stage.sh release /staged

FROM scratch AS binary
COPY --from=build /staged /

FROM ${RUNTIME_IMAGE} AS libraries
# What `ldd` shows, and the authorities that TLS trusts. They follow the base image's release; the base is pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libjemalloc2 librdkafka1 librocksdb7.8 libsqlite3-0 \
    && rm -rf /var/lib/apt/lists/*
COPY scripts/image-root.sh /usr/local/bin/
COPY --from=binary /usr /usr
RUN image-root.sh /image

# The program, its libraries, and no shell.
FROM scratch AS runtime
COPY --from=libraries /image /
ENV PATH=/usr/bin \
    ORDERS_DATA_DIR=/var/lib/orders \
    ORDERS_WEB=/usr/share/orders/web \
    LOG_FORMAT=json
USER 10001:10001
WORKDIR /var/lib/orders
VOLUME /var/lib/orders
EXPOSE 8080 9093
STOPSIGNAL SIGTERM
# Alive and at work. A service that waits for its broker is healthy.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["orders", "health"]
ENTRYPOINT ["orders"]
CMD ["up"]
