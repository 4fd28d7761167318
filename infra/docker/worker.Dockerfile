# One image for every worker role and for the jobs. Debian, because Temporal's core has no musl build.
FROM node:24-bookworm-slim
# ca-certificates: Temporal's core reads them even without TLS. python3 and bubblewrap: the sandbox.
RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap ca-certificates python3 tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY infra infra
COPY src src
COPY prompts prompts
COPY configs configs
RUN mkdir -p /var/lib/astra && chown node:node /var/lib/astra
USER node
ENV ASTRA_HOME=/var/lib/astra NODE_ENV=production
# An init process, because workers start children of their own.
ENTRYPOINT ["tini", "--"]
CMD ["node", "src/workers/main.ts"]
