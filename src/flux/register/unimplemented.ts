/** First byte and names of each run of opcodes that the original names and nobody defines. */
const runs: readonly (readonly [first: number, names: string])[] = [
  [0x11, 'TRAP'],
  [0x13, 'CLF SEMA'],
  [0x16, 'CACHE STRIPCF'],
  [0x47, 'SELECT'],
  [0x4c, 'ENTER LEAVE'],
  [0x66, 'CLOAD CSTORE CJZ CJNZ CPUSH CPOP CCALL CRET'],
  [
    0x70,
    'VWLOAD VWSTORE VSWITCH VMERGE VFILTER VTRANS VCREATE VDESTROY VQUERY VUPDATE VLOCK VUNLOCK VSHARE VRX VCONF',
  ],
  [0x80, 'SREAD SWRITE SADC SDAC SPWM SGPIO SSCAN SCAL SDEBG SINTG SDERIV SFILT STHRES SMUX SIRQ'],
  [
    0x9c,
    'CLAMP LERP HASH CRC32 SLEN SCHAR SCAT SSUB SFIND SCMP SPLIT SJOIN ARLEN ARGET ARSET ARPOP ARPUSH MAPNEW MAPGET MAPSET VADD VSUB VMUL VDOT VCROSS VLEN VNORM VLERP VVLOAD VVSTORE VMASK VSCAT VRED VSHUF VBROAD',
  ],
  [
    0xc0,
    'TNEW TSHAPE TGET TSET TMATMUL TTRANS TCONV TPOOL TACT TNORM TDROP TSOFTMX TRELU TSIGM TTANH',
  ],
  [
    0xd0,
    'MIO_RD MIO_WR MIO_CFG DMA_XFR DMA_WAIT PG_LOAD PG_STORE PG_MAP PG_UNMAP PG_PROT HEAP_ALC HEAP_FRE HEAP_RES HEAP_INF IO_INP IO_OUT',
  ],
  [0xe7, 'LLOOP LCASE LTBL LRANGE LINDR LINDC LEVENT LEXH'],
  [0xf0, 'DEBUG PROF TRACE LOG ASSERT'],
  [0xf6, 'GC'],
  [0xf8, 'FEATURE CFG_RD CFG_WR SAVE RESTORE SNAPSHOT DUMP'],
];

/** Byte and mnemonic of every opcode that traps `Unimplemented` (FLUX §3.3). */
export const unimplementedNames: readonly (readonly [byte: number, name: string])[] = runs.flatMap(
  ([first, names]) => names.split(' ').map((name, index) => [first + index, name] as const),
);
