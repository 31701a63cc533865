"""The cleaning rules, one file each; `cleaning.registry` finds them by itself."""
