#!/bin/sh
# Builds the npm package `batchlint` into wasm/pkg, and prints how large its
# module came out.
#
# Exit codes: 0 built; 1 a step failed, or the module is too large; 2 wrong
# usage; 3 no compiler for WASM.

set -eu

usage() {
    cat <<'TEXT'
usage: wasm/build.sh [--install] [--toolchain auto|target|debian]

  --install     when no compiler for WASM is found, install Debian's with
                apt-get, and Chromium for the tests likewise (needs root;
                nothing is installed otherwise)
  --toolchain   auto    the first of the two below that works (default)
                target  cargo on PATH, with the wasm32-unknown-unknown target
                debian  Debian's /usr/bin/cargo, building the standard library
TEXT
}

say() { printf '==> %s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

install=no
toolchain=auto
while [ $# -gt 0 ]; do
    case $1 in
        --install) install=yes ;;
        --toolchain=*) toolchain=${1#*=} ;;
        --toolchain) shift; toolchain=${1-} ;;
        -h|--help) usage; exit 0 ;;
        *) printf 'error: unknown argument: %s\n' "$1" >&2; usage >&2; exit 2 ;;
    esac
    [ $# -eq 0 ] || shift
done
case $toolchain in
    auto|target|debian) ;;
    *) printf 'error: --toolchain takes auto, target or debian\n' >&2; exit 2 ;;
esac

wasm_dir=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$wasm_dir")
# From the root, so that rustup and cargo see the project's own settings.
cd "$root"

triple=wasm32-unknown-unknown
profile=wasm
package=batchlint-wasm
module=batchlint_wasm       # what cargo and wasm-bindgen make of that name
budget=365000               # bytes of the module, gzipped
# Apart from the native builds: the two toolchains would otherwise take turns
# waiting for the lock and throwing each other's work away.
target_dir=$root/target/wasm
tools_dir=$root/target/tools

mkdir -p "$target_dir" "$tools_dir"
work=$(mktemp -d "$target_dir/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A target chosen by the caller must not reach the tools, which run here.
unset CARGO_BUILD_TARGET

# ---------------------------------------------------------------- compiler

# The standard library on disk is the one sign that holds for rustup, for a
# distribution's package and for a compiler built by hand.
has_target() {
    command -v cargo >/dev/null 2>&1 || return 1
    libdir=$("${RUSTC:-rustc}" --print target-libdir --target "$triple" 2>/dev/null) || return 1
    ls "$libdir"/libstd-*.rlib >/dev/null 2>&1
}

# Without network rustup retries for minutes, hence the limit. (macOS has no
# `timeout`; there it takes as long as it takes.)
add_target() {
    command -v rustup >/dev/null 2>&1 || return 1
    say "adding the target $triple with rustup"
    limit=
    command -v timeout >/dev/null 2>&1 && limit='timeout 90'
    if ! $limit rustup --quiet target add "$triple" >"$work/rustup.log" 2>&1; then
        reason=$(grep -m 1 '^error' "$work/rustup.log") || reason='no answer in time'
        warn "rustup could not add it: $reason"
        return 1
    fi
    has_target
}

# wasm-ld-22, wasm-ld-19, …: the newest, else the one without a number.
find_wasm_ld() {
    newest=$(for path in /usr/bin/wasm-ld-*; do
        [ -x "$path" ] && printf '%s\n' "${path##*-}"
    done | grep -E '^[0-9]+$' | sort -n | tail -n 1) || true
    if [ -n "$newest" ]; then
        echo "/usr/bin/wasm-ld-$newest"
    else
        command -v wasm-ld
    fi
}

# Debian ships no compiled standard library for this target, but its source
# (rust-web-src or rust-src), from which cargo can build one. Sets `lacking`
# to the reason when that does not work.
has_debian() {
    lacking=
    for path in /usr/bin/rustc /usr/bin/cargo; do
        [ -x "$path" ] || { lacking="no $path"; return 1; }
    done
    # bookworm's plain `rustc` is far too old, and cargo's complaint about that
    # is about the syntax of Cargo.lock: say it here.
    wanted=$(sed -n 's/^rust-version *= *"1\.\([0-9]*\).*/\1/p' Cargo.toml | head -n 1)
    found=$(/usr/bin/rustc --version | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p')
    if [ "${found:-0}" -lt "${wanted:-0}" ]; then
        lacking="/usr/bin/rustc is 1.$found, and 1.$wanted is needed"
        return 1
    fi
    library=$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library
    # The lock file comes with the source and is what -Z build-std starts from.
    [ -f "$library/Cargo.lock" ] || { lacking="no source of the standard library in $library"; return 1; }
    wasm_ld=$(find_wasm_ld) || { lacking="no wasm-ld"; return 1; }
}

debian_packages='rustc-web cargo-web rust-web-src'

install_debian() {
    command -v apt-get >/dev/null 2>&1 || die '--install needs apt-get, which is not here'
    [ "$(id -u)" -eq 0 ] || die "--install needs root: run 'sudo apt-get install $debian_packages lld-22' and then this script"
    say 'installing a compiler for WASM with apt-get'
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update >&2 || warn 'apt-get update failed; going on with the package lists there are'
    linker=
    if ! find_wasm_ld >/dev/null; then
        linker=$(apt-cache pkgnames lld- | grep -E '^lld-[0-9]+$' | sort -t - -k 2 -n | tail -n 1) || true
        : "${linker:=lld}"
    fi
    # --no-remove: rustc-web takes the place of Debian's plain rustc, and that
    # is for the owner of the machine to decide.
    # shellcheck disable=SC2086  # a list of packages
    apt-get -q install -y --no-install-recommends --no-remove $debian_packages $linker >&2 ||
        die "apt-get could not install: $debian_packages $linker"
    has_debian || die "still no usable compiler after apt-get install: $lacking"
}

# The build itself needs no browser; test/package.test.mjs opens a page in one.
install_chromium() {
    [ ! -x "${CHROMIUM:-/usr/bin/chromium}" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
        warn 'no Chromium for the tests, and no apt-get to install it with (as root)'
        return 0
    fi
    say 'installing Chromium with apt-get'
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update >&2 || warn 'apt-get update failed; going on with the package lists there are'
    apt-get -q install -y --no-install-recommends --no-remove chromium >&2 ||
        warn 'apt-get could not install chromium; the tests that open a page will fail'
}

no_compiler() {
    cat >&2 <<TEXT
error: no compiler for $triple was found. Either of these helps:

  with rustup:
      rustup target add $triple

  with Debian's packages, where rustup cannot download (as root):
      apt-get update
      apt-get install $debian_packages lld-22
      wasm/build.sh
    or all of that in one:
      wasm/build.sh --install

(Debian's compiler cannot be used as it is: ${lacking:-not looked at})
TEXT
    exit 3
}

kind=
lacking=
if [ "$toolchain" != debian ] && { has_target || add_target; }; then
    kind=target
elif [ "$toolchain" != target ]; then
    if has_debian; then
        kind=debian
    elif [ "$install" = yes ]; then
        install_debian
        kind=debian
    fi
fi

case $kind in
    target)
        rustc=${RUSTC:-rustc}
        cargo=cargo
        ;;
    debian)
        rustc=/usr/bin/rustc
        cargo=/usr/bin/cargo
        # cargo would otherwise take the rustc on PATH, which may be another.
        export RUSTC="$rustc"
        export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$wasm_ld"
        ;;
    *) no_compiler ;;
esac
say "compiler: $($rustc --version)$([ $kind = debian ] && echo ", standard library built from source, $wasm_ld")"

[ "$install" = no ] || install_chromium

# ------------------------------------------------------------------- cargo

# --locked: what is tested and what is built come from the same Cargo.lock.
set -- build --locked --package "$package" --target "$triple" --profile "$profile" --target-dir "$target_dir"
say "cargo build --package $package --profile $profile"
if [ $kind = debian ]; then
    # -Z options are for nightly compilers; the variable lets a stable one have
    # them. For this one command only: build scripts look at it too.
    RUSTC_BOOTSTRAP=1 "$cargo" "$@" -Z build-std=std,panic_abort || die 'cargo build failed'
else
    "$cargo" "$@" || die 'cargo build failed'
fi
built=$target_dir/$triple/$profile/$module.wasm
[ -f "$built" ] || die "cargo did not write $built: does wasm/Cargo.toml have crate-type \"cdylib\"?"

# ------------------------------------------------------------ wasm-bindgen

# The macro and the generator speak a private format that changes with every
# release, so the generator has the version that Cargo.lock has.
version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)
[ -n "$version" ] || die 'Cargo.lock has no wasm-bindgen: wasm/Cargo.toml must depend on it'

# Not `cargo install wasm-bindgen-cli`: that also builds a test runner with a
# web server and a TLS client (161 crates, 2 min 40 s, against 43 and half a
# minute for the library alone). Unoptimised, it still takes well under a
# second for our module.
write_bindgen_source() {
    mkdir -p "$1/src"
    cat >"$1/Cargo.toml" <<TEXT
[package]
name = "bindgen"
version = "0.0.0"
edition = "2024"
publish = false

# On its own, though it lies inside the project's folder.
[workspace]

[dependencies]
wasm-bindgen-cli-support = "=$version"

[profile.release]
opt-level = 0
TEXT
    cat >"$1/src/main.rs" <<'TEXT'
use std::{env, process::ExitCode};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let [target, input, name, out_dir] = &args[..] else {
        eprintln!("usage: bindgen web|nodejs <module.wasm> <name> <out dir>");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).out_name(name).typescript(true);
    let chosen = match target.as_str() {
        "web" => bindgen.web(true),
        _ => bindgen.nodejs(true),
    };
    match chosen.and_then(|bindgen| bindgen.generate(out_dir)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}
TEXT
}

bindgen_dir=$tools_dir/wasm-bindgen-$version
bindgen=$bindgen_dir/bin/bindgen
write_bindgen_source "$work/bindgen"
# Kept with its source, so that a change above is noticed; a cached program
# from another machine may also not start (`bindgen` alone exits with 2).
status=0
"$bindgen" >/dev/null 2>&1 || status=$?
if [ $status -ne 2 ] ||
    ! cmp -s "$work/bindgen/Cargo.toml" "$bindgen_dir/Cargo.toml" ||
    ! cmp -s "$work/bindgen/src/main.rs" "$bindgen_dir/src/main.rs"; then
    say "building wasm-bindgen $version (once; kept in target/tools)"
    "$cargo" install --path "$work/bindgen" --root "$work/bindgen" --target-dir "$work/bindgen/target" \
        --no-track --force >"$work/bindgen.log" 2>&1 || {
        cat "$work/bindgen.log" >&2
        die "could not build wasm-bindgen-cli-support $version"
    }
    # The intermediate files are many times as large as what a CI should keep.
    rm -rf "$work/bindgen/target" "$bindgen_dir"
    mv "$work/bindgen" "$bindgen_dir"
fi

say "wasm-bindgen $version"
"$bindgen" web "$built" "$module" "$work/js" || die 'wasm-bindgen failed'

# ---------------------------------------------------------------- wasm-opt

command -v node >/dev/null 2>&1 || die 'node is not on PATH: wasm-opt runs on Node.js 20 or newer'
# npm writes .package-lock.json last, so an older one is an outdated or a
# half-finished installation.
# shellcheck disable=SC3013  # every sh has -nt, though POSIX does not list it
if [ ! -f "$wasm_dir/node_modules/.package-lock.json" ] ||
    [ "$wasm_dir/package-lock.json" -nt "$wasm_dir/node_modules/.package-lock.json" ]; then
    command -v npm >/dev/null 2>&1 || die 'npm is not on PATH: it fetches wasm-opt (package binaryen) and esbuild'
    say 'npm ci'
    (cd "$wasm_dir" && npm ci --no-audit --no-fund --loglevel=error >&2) || die 'npm ci failed in wasm/'
    touch "$wasm_dir/node_modules/.package-lock.json"
fi
wasm_opt=$wasm_dir/node_modules/binaryen/bin/wasm-opt
esbuild=$wasm_dir/node_modules/.bin/esbuild
for tool in "$wasm_opt" "$esbuild"; do
    [ -f "$tool" ] || die "no $tool: remove wasm/node_modules and run this again"
done

# wasm-opt refuses instructions of features it was not told of. It reads them
# from the module, but `strip = true` takes that section away, so the compiler
# is asked as well. Names on the left are LLVM's, on the right binaryen's.
features=
for feature in $("$rustc" --print cfg --target "$triple" | sed -n 's/^target_feature="\(.*\)"$/\1/p'); do
    case $feature in
        bulk-memory) features="$features --enable-bulk-memory --enable-bulk-memory-opt" ;;
        nontrapping-fptoint) features="$features --enable-nontrapping-float-to-int" ;;
        reference-types) features="$features --enable-reference-types --enable-call-indirect-overlong" ;;
        simd128) features="$features --enable-simd" ;;
        atomics) features="$features --enable-threads" ;;
        multivalue|mutable-globals|sign-ext|extended-const|tail-call|exception-handling|relaxed-simd)
            features="$features --enable-$feature" ;;
    esac
done

# The two stripped sections tell tools about features and compilers; no engine
# reads them.
optimise() {
    # Twice, the control flow made anew between: 2 KB less than once. Functions
    # with one caller stay apart: together they are fewer bytes, but 15 KB more
    # with gzip, which finds less that is alike in them.
    # shellcheck disable=SC2086  # a list of options
    node "$wasm_opt" --one-caller-inline-max-function-size=0 -Oz --flatten --rereloop -Oz $features --strip-producers --strip-target-features "$1" -o "$2" || die 'wasm-opt failed'
}

say "wasm-opt -Oz$features"
wasm=${module}_bg.wasm
pkg=$work/pkg
mkdir "$pkg"
optimise "$work/js/$wasm" "$pkg/$wasm"

# ----------------------------------------------------------------- package

# One source in wasm/js for all: CommonJS for Node, which ESM in Node shares,
# and ESM for browsers and bundlers. Schemas and pages stay apart, to be
# loaded when they are asked for.
say 'esbuild: node.cjs, browser.js'
cp "$wasm_dir"/js/*.js "$work/js"
node "$wasm_dir/lazy.mjs" "$pkg" "$work/js" || die 'could not write schemas and pages'
bundle() {
    from=$1
    to=$2
    shift 2
    # From there, since the result names its sources as it was told of them.
    (cd "$work/js" && "$esbuild" "$from" --bundle --outfile="$pkg/$to" --target=es2022 \
        '--external:./schemas/*' --external:./rule-pages.js --log-level=warning "$@") || die 'esbuild failed'
}
bundle browser.js browser.js --format=esm --platform=neutral
bundle node.js node.cjs --format=cjs --platform=node
cp "$wasm_dir/js/node.mjs" "$wasm_dir/README.md" LICENSE LICENSE-APACHE LICENSE-MIT "$pkg"
cp "$wasm_dir/types/index.d.ts" "$wasm_dir/types/report.d.ts" "$pkg"
# The same for CommonJS, where the name of the file decides what it describes.
sed 's|"./report.js"|"./report.cjs"|' "$pkg/index.d.ts" >"$pkg/index.d.cts"
cp "$pkg/report.d.ts" "$pkg/report.d.cts"
batchlint=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
[ -n "$batchlint" ] || die 'Cargo.toml has no version'
sed "s/\"version\": \"[^\"]*\"/\"version\": \"$batchlint\"/" "$wasm_dir/js/package.json" >"$pkg/package.json"

# An optimiser's mistake should end here and not in somebody's browser.
node -e 'require(process.argv[1]).lint("{}")' "$pkg/node.cjs" || die 'Node cannot load the result'

# Replaced only now: a failed build leaves the last good one in place.
rm -rf "$wasm_dir/pkg"
mv "$pkg" "$wasm_dir/pkg"
chmod 755 "$wasm_dir/pkg"

raw=$(($(wc -c <"$wasm_dir/pkg/$wasm")))
gz=$(($(gzip -9 -n -c "$wasm_dir/pkg/$wasm" | wc -c)))
say 'wrote wasm/pkg'
echo "$wasm: $raw bytes, gzip -9: $gz bytes (at most $budget)"
[ "$gz" -le "$budget" ] || die "the module is $((gz - budget)) bytes too large"
