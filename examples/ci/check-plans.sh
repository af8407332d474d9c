#!/usr/bin/env bash
# Checks every plan of a repository and says what a change does to the gap. Run from the root of the repository:
#
#   check-plans.sh PLANS RESULTS [BASE]
#
# PLANS is the folder of scenario files, RESULTS a folder for what is written (made if need be), BASE the commit that a
# change is held against (left out: nothing is compared). Writes RESULTS/plans.sarif and RESULTS/plans.xml (JUnit), prints
# annotations for GitHub, and with BASE writes RESULTS/comment.md. Ends as `fundgap check` does: 1 when a finding is as bad
# as FAIL_ON says (critical, unless set) or an expectation is not met, 2 when a plan is not valid, 3 when one cannot be read.
set -uo pipefail

plans=$1 results=$2 base=${3:-}
fail_on=${FAIL_ON:-critical}
fundgap=${FUNDGAP:-fundgap}
mkdir -p "$results"

files=()
while IFS= read -r -d '' file; do files+=("$file"); done < <(find "$plans" -name '*.toml' -type f -print0 | sort -z)
if [[ ${#files[@]} == 0 ]]; then
  echo "no .toml file in $plans" >&2
  exit 2
fi

# What is wrong with a plan is told once, by the annotations.
"$fundgap" check "${files[@]}" --quiet --fail-on "$fail_on" -o "$results/plans.sarif" 2>/dev/null
"$fundgap" check "${files[@]}" --quiet --fail-on "$fail_on" -o "$results/plans.xml" 2>/dev/null
"$fundgap" check "${files[@]}" --quiet --fail-on "$fail_on" --format github
ended=$?

# What the change does to each plan that was there before and is changed.
if [[ -n $base ]]; then
  : >"$results/comment.md"
  for file in "${files[@]}"; do
    git diff --quiet "$base" -- "$file" && continue
    git cat-file -e "$base:$file" 2>/dev/null || continue
    "$fundgap" diff --base "$base" "$file" --quiet --format markdown >>"$results/comment.md" || true
    echo >>"$results/comment.md"
  done
fi
exit "$ended"
