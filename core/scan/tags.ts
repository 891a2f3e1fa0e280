// What is compared with the bytes of a dump.

/** Instead of the address of an element's end: it is not in the window; it is nothing that is read here. */
export const isCut: usize = 0
export const isOdd: usize = 1

/** A tag is looked at when so much is there of what follows its `<`. */
export const lookahead: usize = 16

// Tags as words, first letter in the lowest byte, and how much of a word they fill.
export const five: u64 = 0xffffffffff
export const six: u64 = 0xffffffffffff
export const seven: u64 = 0xffffffffffffff
export const keyTag: u64 = 0x3e79656b3c // <key>
export const keyEnd: u64 = 0x3e79656b2f3c // </key>
export const stringTag: u64 = 0x3e676e697274733c // <string>
export const stringEnd: u64 = 0x676e697274732f3c // </string
export const emptyString: u64 = 0x2f676e697274733c // <string/
export const integerTag: u64 = 0x72656765746e693c // <integer
export const integerEnd: u64 = 0x65676574_6e692f3c // </intege
export const dataTag: u64 = 0x3e617461643c // <data>
export const dataEnd: u64 = 0x3e617461642f3c // </data>
export const emptyData: u64 = 0x3e2f617461643c // <data/>
export const dateTag: u64 = 0x3e657461643c // <date>
export const dateEnd: u64 = 0x3e657461642f3c // </date>
export const realTag: u64 = 0x3e6c6165723c // <real>
export const realEnd: u64 = 0x3e6c6165722f3c // </real>
export const trueTag: u64 = 0x3e2f657572743c // <true/>
export const falseTag: u64 = 0x3e2f65736c61663c // <false/>
export const dictTag: u64 = 0x3e746369643c // <dict>
export const dictEnd: u64 = 0x3e746369642f3c // </dict>
export const emptyDict: u64 = 0x3e2f746369643c // <dict/>
export const arrayTag: u64 = 0x3e79617272613c // <array>
export const arrayEnd: u64 = 0x3e79617272612f3c // </array>
export const emptyArray: u64 = 0x3e2f79617272613c // <array/>
export const plistTag: u64 = 0x7473696c703c // <plist
export const plistEnd: u64 = 0x3e7473696c702f3c // </plist>
export const xmlTag: u64 = 0x6c6d783f3c // <?xml
export const doctypeTag: u64 = 0x50595443_4f44213c // <!DOCTYP
