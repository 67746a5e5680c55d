package io.vmessproxy.common.vmess.body;

import io.vmessproxy.common.crypto.AesGcm;
import io.vmessproxy.common.crypto.ChaCha20Poly1305;
import io.vmessproxy.common.crypto.RandomBytes;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;

/**
 * Makes the encoder or decoder of one body from the header of its request. Both bodies have the
 * request's security and options, each has its own key and IV.
 *
 * <p>All throw {@link IllegalArgumentException} for options that no decoded header can have:
 * authenticated length, or padding without masking.
 */
public final class BodyPipeline {
  private BodyPipeline() {}

  /** What a client writes. */
  public static BodyEncoder requestEncoder(RequestHeader header) {
    return requestEncoder(header, RandomBytes.buffered());
  }

  /** What a server reads. */
  public static BodyDecoder requestDecoder(RequestHeader header) {
    SessionKeys keys = header.keys();
    return decoder(header, keys.requestKey(), keys.requestIv());
  }

  /** What a server writes. */
  public static BodyEncoder responseEncoder(RequestHeader header) {
    return responseEncoder(header, RandomBytes.buffered());
  }

  /** What a client reads. */
  public static BodyDecoder responseDecoder(RequestHeader header) {
    SessionKeys keys = header.keys();
    return decoder(header, keys.responseKey(), keys.responseIv());
  }

  static BodyEncoder requestEncoder(RequestHeader header, RandomBytes padding) {
    SessionKeys keys = header.keys();
    return encoder(header, keys.requestKey(), keys.requestIv(), padding);
  }

  static BodyEncoder responseEncoder(RequestHeader header, RandomBytes padding) {
    SessionKeys keys = header.keys();
    return encoder(header, keys.responseKey(), keys.responseIv(), padding);
  }

  private static BodyEncoder encoder(
      RequestHeader header, byte[] key, byte[] iv, RandomBytes padding) {
    BodyOptions options = checked(header.options());
    if (raw(header.security(), options)) {
      return new RawBody();
    }
    // V2Ray ends only those chunked bodies that were asked to be chunked.
    ChunkEncoder.End end = options.chunkStream() ? ChunkEncoder.End.CHUNK : ChunkEncoder.End.CLOSE;
    return new ChunkEncoder(cipher(header.security(), key, iv), sizes(header, iv), padding, end);
  }

  private static BodyDecoder decoder(RequestHeader header, byte[] key, byte[] iv) {
    if (raw(header.security(), checked(header.options()))) {
      return new RawBody();
    }
    return new ChunkDecoder(cipher(header.security(), key, iv), sizes(header, iv));
  }

  private static BodyOptions checked(BodyOptions options) {
    if (options.authenticatedLength() || (options.padding() && !options.masking())) {
      throw new IllegalArgumentException(
          "options %s (expected: without 0x10, and 0x08 with 0x04 only)".formatted(options));
    }
    return options;
  }

  /** Whether there are no chunks. A tag has to stand somewhere, so where there is one there are. */
  private static boolean raw(Security security, BodyOptions options) {
    return switch (security) {
      case AES_128_GCM, CHACHA20_POLY1305 -> false;
      case NONE, ZERO -> !options.chunkStream();
    };
  }

  private static ChunkCipher cipher(Security security, byte[] key, byte[] iv) {
    return switch (security) {
      case AES_128_GCM -> new AeadChunkCipher(new AesGcm(key), iv);
      case CHACHA20_POLY1305 ->
          new AeadChunkCipher(new ChaCha20Poly1305(AeadChunkCipher.chaCha20Key(key)), iv);
      case NONE, ZERO -> new PlainChunkCipher();
    };
  }

  private static ChunkSizes sizes(RequestHeader header, byte[] iv) {
    BodyOptions options = header.options();
    boolean plain = header.security().code() == Security.NONE.code();
    if (plain && header.command() != Command.UDP) {
      // V2Ray neither pads plain streams nor draws words for it, whatever the options say.
      options = new BodyOptions(options.bits() & ~BodyOptions.PADDING);
    }
    return new ShakeChunkSizes(options, iv);
  }
}
