# The commands of a document, for the tests that run them: its blocks fenced as ```sh. What they print, and files, have other fences.
#
#   docs_commands DOCUMENT HEADING   the commands below that heading of docs/DOCUMENT, as one script
#   docs_shown DOCUMENT HEADING      the other blocks below it
#   docs_all_run DOCUMENT            in the bats file that runs them: every heading that has commands is in one of its docs_commands calls

# docs_blocks DOCUMENT: "kind<TAB>heading<TAB>line" of each line of its blocks; kind is sh or shown
docs_blocks() {
        awk -v OFS='\t' '
                /^```/ { kind = kind != "" ? "" : $0 == "```sh" ? "sh" : "shown"; next }
                kind != "" { print kind, heading, $0; next }
                /^#+ / { heading = substr($0, index($0, " ") + 1) }
        ' "$ROOT/docs/$1"
}

# docs_below DOCUMENT HEADING KIND
docs_below() {
        docs_blocks "$1" | awk -F '\t' -v heading="$2" -v kind="$3" '
                $1 == kind && $2 == heading { print substr($0, length($1 $2) + 3); found = 1 }
                END { exit !found }
        '
}

docs_commands() {
        docs_below "$1" "$2" sh
}

docs_shown() {
        docs_below "$1" "$2" shown
}

docs_all_run() {
        local heading missing=0
        while read -r heading; do
                grep -qF "docs_commands $1 \"$heading\"" "$BATS_TEST_FILENAME" && continue
                echo "no test runs the commands of \"$heading\" in docs/$1" >&2
                missing=1
        done < <(docs_blocks "$1" | awk -F '\t' '$1 == "sh" { print $2 }' | sort -u)
        return $missing
}
