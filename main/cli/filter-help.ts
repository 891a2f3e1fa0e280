/** What all commands with a filter say of it in their help. */
export const filterHelp = `A filter: words (in the name or class; with find also in keys and values), class:IOPCIDevice, key:IOMACAddress,
"vendor-id" == 0x8086, IOName ~ /^disk/, state:!registered, busy > 0, kext:com.example.*, under:XHC1@14;
joined by and, or, not and brackets. docs/filter.md has all of it.`
