// Node and every browser have it: the text of a binary, back to one character for each byte.
declare function atob(base64: string): string;
