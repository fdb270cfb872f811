#!/bin/sh
# Bundles the dashboard into dist/. Does nothing when dist/ is newer than every source; --force builds anyway.
# Libraries come from node_modules when present (npm install), else from Debian's packages in /usr/share/nodejs.
set -eu
cd "$(dirname "$0")"

stamp=dist/.built
if [ "${1:-}" != "--force" ] && [ -f "$stamp" ] &&
    [ -z "$(find src static build.sh package.json -newer "$stamp" -print -quit)" ]; then
    echo "web: dist is up to date"
    exit 0
fi

if ! command -v esbuild >/dev/null 2>&1; then
    echo "web: esbuild is missing. Install it with:" >&2
    echo "  sudo apt-get install esbuild node-react node-react-dom node-chart.js" >&2
    echo "or run: npm install && npm run build" >&2
    exit 1
fi
for library in react react-dom chart.js; do
    if [ ! -d "node_modules/$library" ] && [ ! -d "/usr/share/nodejs/$library" ]; then
        echo "web: $library is missing. Install: sudo apt-get install node-react node-react-dom node-chart.js" >&2
        exit 1
    fi
done

# A fresh directory, swapped in when complete: a failed build leaves the last good one in place.
next=dist.next
rm -rf "$next"
mkdir "$next"
NODE_PATH=/usr/share/nodejs esbuild src/main.tsx --bundle --minify --jsx=automatic --target=es2020 \
    '--define:process.env.NODE_ENV="production"' --legal-comments=none --log-level=warning --outfile="$next/app.js"
esbuild src/theme.ts --bundle --minify --target=es2020 --log-level=warning --outfile="$next/theme.js"
esbuild src/styles/index.css --bundle --minify --log-level=warning --outfile="$next/styles.css"
cp static/* "$next/"
for file in app.js styles.css; do
    gzip -9 -n -k "$next/$file"
done
touch "$next/.built"
rm -rf dist
mv "$next" dist
echo "web: built dist ($(wc -c <dist/app.js.gz) bytes of script, gzipped)"
