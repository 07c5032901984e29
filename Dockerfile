# syntax=docker/dockerfile:1
# One target for each app, and `migrate`:
#
#   docker buildx build --target intake-api --tag registry.example.com/mail-service/intake-api:0.1.0 --sbom=true --provenance=true \
#     --build-arg VERSION=0.1.0 --build-arg REVISION="$(git rev-parse HEAD)" .
#
# Debian, since the platform packages of the pinned Node are linked against glibc. The tags below follow .nvmrc; a spec compares them.
ARG NODE=24.21.0

FROM node:${NODE}-bookworm-slim AS build
WORKDIR /src
ENV CI=true NX_DAEMON=false NX_NO_CLOUD=true
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
RUN node_modules/.bin/tsc --build apps/*/tsconfig.lib.json libs/persistence/tsconfig.lib.json \
  && node_modules/.bin/vite build apps/console \
  && for target in intake-api stream-consumer scheduler attempt-worker retention-job migrate; do \
    node --disable-warning=ExperimentalWarning tools/image/src/lay-out.ts "$target" "/images/$target" || exit 1; \
  done

# Nothing of it is written to, and no shell is needed: the file system can be read-only, but for /tmp (the heartbeat).
FROM node:${NODE}-bookworm-slim AS base
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.vendor="Galaxy" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="docker.io/library/node:24.21.0-bookworm-slim"
# npm and its kin are not needed to run, and are what scanners find most in.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn*
ENV NODE_ENV=production
WORKDIR /app
USER 10001:10001
# Signals reach Node itself; it ends within MAIL_SHUTDOWN_TIMEOUT.
STOPSIGNAL SIGTERM
ENTRYPOINT []

FROM base AS intake-api
LABEL org.opencontainers.image.title="mail-service/intake-api" \
  org.opencontainers.image.description="Trusted intake of mail over HTTP, and what operators read"
COPY --from=build /images/intake-api /app
EXPOSE 8080
CMD ["node", "apps/intake-api/dist/main.js"]

FROM base AS stream-consumer
LABEL org.opencontainers.image.title="mail-service/stream-consumer" \
  org.opencontainers.image.description="Accepts mail from a Redis stream"
COPY --from=build /images/stream-consumer /app
CMD ["node", "apps/stream-consumer/dist/main.js"]

FROM base AS scheduler
LABEL org.opencontainers.image.title="mail-service/scheduler" \
  org.opencontainers.image.description="Claims what is due, and recovers what was lost"
COPY --from=build /images/scheduler /app
CMD ["node", "apps/scheduler/dist/main.js"]

FROM base AS attempt-worker
LABEL org.opencontainers.image.title="mail-service/attempt-worker" \
  org.opencontainers.image.description="Renders and sends mail, and records what became of it"
COPY --from=build /images/attempt-worker /app
CMD ["node", "apps/attempt-worker/dist/main.js"]

FROM base AS retention-job
LABEL org.opencontainers.image.title="mail-service/retention-job" \
  org.opencontainers.image.description="Deletes what its retention has passed"
COPY --from=build /images/retention-job /app
CMD ["node", "apps/retention-job/dist/main.js"]

FROM base AS migrate
LABEL org.opencontainers.image.title="mail-service/migrate" \
  org.opencontainers.image.description="Brings the schema up to date"
COPY --from=build /images/migrate /app
CMD ["node", "libs/persistence/dist/migrate.js"]
