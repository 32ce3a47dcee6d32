# The image of kikigaki: one static binary, ffmpeg and a Japanese font.
FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-fund --no-audit
COPY api/openapi.json /src/api/openapi.json
COPY web ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist ./web/dist
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /kikigaki ./cmd/kikigaki

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates ffmpeg fonts-ipaexfont-gothic fonts-hanazono tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /data --uid 10001 kikigaki
COPY --from=build /kikigaki /usr/local/bin/kikigaki
USER kikigaki
ENV KIKIGAKI_ADDR=0.0.0.0:8080 KIKIGAKI_DATA_DIR=/data TZ=Asia/Tokyo
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/usr/local/bin/kikigaki", "healthy"]
ENTRYPOINT ["/usr/local/bin/kikigaki"]
CMD ["all"]
