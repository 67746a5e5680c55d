package io.vmessproxy.common.vmess.body;

import io.vmessproxy.common.crypto.Fnv1a;
import io.vmessproxy.common.vmess.VmessException;

/**
 * Security aes-128-cfb: plain payloads, each behind its FNV-1a checksum. What hides them is the
 * {@link WireCipher} that the whole body passes through.
 */
final class ChecksumChunkCipher implements ChunkCipher {
  @Override
  public int overhead() {
    return Fnv1a.BYTES;
  }

  @Override
  public int seal(byte[] in, int offset, int length, byte[] out, int outOffset) {
    int checksum = Fnv1a.of(in, offset, length);
    for (int i = 0; i < Fnv1a.BYTES; i++) {
      out[outOffset + i] = (byte) (checksum >>> (Integer.SIZE - Byte.SIZE * (i + 1)));
    }
    System.arraycopy(in, offset, out, outOffset + Fnv1a.BYTES, length);
    return Fnv1a.BYTES + length;
  }

  @Override
  public int open(byte[] in, int offset, int length, byte[] out, int outOffset) {
    int checksum = 0;
    for (int i = 0; i < Fnv1a.BYTES; i++) {
      checksum = (checksum << Byte.SIZE) | (in[offset + i] & 0xff);
    }
    int payloadBytes = length - Fnv1a.BYTES;
    int expected = Fnv1a.of(in, offset + Fnv1a.BYTES, payloadBytes);
    if (checksum != expected) {
      throw new VmessException(
          "chunk: checksum %08x (expected: %08x)".formatted(checksum, expected));
    }
    System.arraycopy(in, offset + Fnv1a.BYTES, out, outOffset, payloadBytes);
    return payloadBytes;
  }
}
