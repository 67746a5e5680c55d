package io.vmessproxy.common.vmess.body;

/**
 * The size fields of one direction's chunks and how much padding each has. For every chunk, in
 * turn: {@link #nextPadding} first, then {@link #write} or {@link #read}; that order is part of the
 * protocol.
 */
interface ChunkSizes {
  /** Length of a size field. */
  int fieldBytes();

  /** The most that {@link #nextPadding} returns. */
  int maxPadding();

  /** How many bytes of padding the next chunk ends in. */
  int nextPadding();

  /** Writes the next chunk's size, 0 to 65535. */
  void write(int size, byte[] out, int offset);

  /** Reads the next chunk's size, 0 to 65535. */
  int read(byte[] in, int offset);
}
