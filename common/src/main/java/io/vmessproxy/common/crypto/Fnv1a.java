package io.vmessproxy.common.crypto;

/** The 32-bit FNV-1a checksum. Source: draft-eastlake-fnv, "FNV-1a Alternative". */
public final class Fnv1a {
  /** Length of a checksum on the wire, big endian. */
  public static final int BYTES = 4;

  private static final int OFFSET_BASIS = 0x811c9dc5;
  private static final int PRIME = 0x01000193;

  private Fnv1a() {}

  /** The checksum of {@code length} bytes from {@code offset}. */
  public static int of(byte[] bytes, int offset, int length) {
    int hash = OFFSET_BASIS;
    for (int i = offset; i < offset + length; i++) {
      hash = (hash ^ (bytes[i] & 0xff)) * PRIME;
    }
    return hash;
  }
}
