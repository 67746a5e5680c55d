package io.vmessproxy.common.vmess;

/**
 * The option bits of a request header, which shape both bodies.
 *
 * <p>Source: VMess specification, "Request", field "Options"; padding and authenticated length as
 * in v2ray-core 5.
 *
 * @param bits the byte on the wire, 0 to 255; bits without a meaning here are kept and ignored
 */
public record BodyOptions(int bits) {
  /** Bit: the body is cut into chunks. Bodies with a tag are, whether it is set or not. */
  public static final int CHUNK_STREAM = 0x01;

  /** Bit: sizes of chunks are masked. */
  public static final int MASKING = 0x04;

  /** Bit: chunks end in random padding. Only together with {@link #MASKING}. */
  public static final int PADDING = 0x08;

  /** Bit: sizes of chunks are sealed, where payloads are. */
  public static final int AUTHENTICATED_LENGTH = 0x10;

  public BodyOptions {
    if (bits < 0 || bits > 0xff) {
      throw new IllegalArgumentException("options: " + bits + " (expected: 0..255)");
    }
  }

  /** What a client should ask for: all that every known server understands. */
  public static BodyOptions recommended(Security security, Command command) {
    return switch (security) {
      // Its chunks are hidden as they are. V2Ray's own clients ask for nothing else.
      case AES_128_CFB -> new BodyOptions(CHUNK_STREAM);
      case AES_128_GCM, CHACHA20_POLY1305 -> sealed(command);
      // V2Ray does not pad such streams even when asked to, others do.
      case NONE -> new BodyOptions(CHUNK_STREAM | MASKING);
      // Raw bytes would lose where one datagram ends.
      case ZERO -> new BodyOptions(command == Command.UDP ? CHUNK_STREAM : 0);
    };
  }

  /** Padding takes from the 64 KiB of a chunk: the largest datagrams would fit only by chance. */
  private static BodyOptions sealed(Command command) {
    int bits = CHUNK_STREAM | MASKING;
    return new BodyOptions(command == Command.UDP ? bits : bits | PADDING);
  }

  /** These and some more bits. */
  public BodyOptions with(int more) {
    return new BodyOptions(bits | more);
  }

  /** Whether the body is cut into chunks and ended by an empty one. */
  public boolean chunkStream() {
    return (bits & CHUNK_STREAM) != 0;
  }

  /** Whether sizes of chunks are masked. */
  public boolean masking() {
    return (bits & MASKING) != 0;
  }

  /** Whether chunks end in random padding. */
  public boolean padding() {
    return (bits & PADDING) != 0;
  }

  /** Whether sizes of chunks are sealed. Means nothing to securities without a tag. */
  public boolean authenticatedLength() {
    return (bits & AUTHENTICATED_LENGTH) != 0;
  }

  /** The byte as it is usually written: {@code 0x0d}. */
  @Override
  public String toString() {
    return "0x%02x".formatted(bits);
  }
}
