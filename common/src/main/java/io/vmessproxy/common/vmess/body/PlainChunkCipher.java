package io.vmessproxy.common.vmess.body;

/** Security none: payloads travel as they are. */
final class PlainChunkCipher implements ChunkCipher {
  @Override
  public int overhead() {
    return 0;
  }

  @Override
  public int seal(byte[] in, int offset, int length, byte[] out, int outOffset) {
    System.arraycopy(in, offset, out, outOffset, length);
    return length;
  }

  @Override
  public int open(byte[] in, int offset, int length, byte[] out, int outOffset) {
    System.arraycopy(in, offset, out, outOffset, length);
    return length;
  }
}
