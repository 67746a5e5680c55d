package io.vmessproxy.common.vmess.body;

import io.vmessproxy.common.crypto.Aead;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.crypto.AesGcm;
import io.vmessproxy.common.crypto.ChaCha20Poly1305;
import io.vmessproxy.common.crypto.NestedHmac;
import io.vmessproxy.common.crypto.RandomBytes;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes the encoder or decoder of one body from the header of its request. Both bodies have the
 * request's security and options, each has its own key and IV.
 *
 * <p>A response body of security aes-128-cfb goes on in the CFB stream of the response: from the
 * start behind an AEAD header, else where the legacy header has left it.
 *
 * <p>All throw {@link IllegalArgumentException} for options that no decoded header can have:
 * padding without masking, or datagrams in a raw body.
 */
public final class BodyPipeline {
  /** The lowest layer and the first element of the path to the key of sealed sizes. */
  private static final NestedHmac SIZES_KDF =
      NestedHmac.of(ascii("VMess AEAD KDF")).layer(ascii("auth_len"));

  private BodyPipeline() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** What a client writes. */
  public static BodyEncoder requestEncoder(RequestHeader header) {
    return requestEncoder(header, RandomBytes.buffered());
  }

  /** What a server reads. */
  public static BodyDecoder requestDecoder(RequestHeader header) {
    SessionKeys keys = header.keys();
    AesCfb stream = AesCfb.decrypting(keys.requestKey(), keys.requestIv());
    return decoder(header, keys.requestKey(), keys.requestIv(), stream);
  }

  /** What a server writes, unless the response's header has begun its CFB stream. */
  public static BodyEncoder responseEncoder(RequestHeader header) {
    SessionKeys keys = header.keys();
    return responseEncoder(header, AesCfb.encrypting(keys.responseKey(), keys.responseIv()));
  }

  /** What a client reads, unless the response's header has begun its CFB stream. */
  public static BodyDecoder responseDecoder(RequestHeader header) {
    SessionKeys keys = header.keys();
    return responseDecoder(header, AesCfb.decrypting(keys.responseKey(), keys.responseIv()));
  }

  /**
   * What a server writes.
   *
   * @param stream encrypts the response, its header included
   */
  public static BodyEncoder responseEncoder(RequestHeader header, AesCfb stream) {
    return responseEncoder(header, stream, RandomBytes.buffered());
  }

  /**
   * What a client reads.
   *
   * @param stream decrypts the response, its header included
   */
  public static BodyDecoder responseDecoder(RequestHeader header, AesCfb stream) {
    SessionKeys keys = header.keys();
    return decoder(header, keys.responseKey(), keys.responseIv(), stream);
  }

  static BodyEncoder requestEncoder(RequestHeader header, RandomBytes padding) {
    SessionKeys keys = header.keys();
    AesCfb stream = AesCfb.encrypting(keys.requestKey(), keys.requestIv());
    return encoder(header, keys.requestKey(), keys.requestIv(), stream, padding);
  }

  static BodyEncoder responseEncoder(RequestHeader header, AesCfb stream, RandomBytes padding) {
    SessionKeys keys = header.keys();
    return encoder(header, keys.responseKey(), keys.responseIv(), stream, padding);
  }

  private static BodyEncoder encoder(
      RequestHeader header, byte[] key, byte[] iv, AesCfb stream, RandomBytes padding) {
    BodyOptions options = checked(header);
    if (raw(header)) {
      return header.security() == Security.AES_128_CFB ? new RawCfbBody(stream) : new RawBody();
    }
    // V2Ray ends only those chunked bodies that were asked to be chunked.
    ChunkEncoder.End end = options.chunkStream() ? ChunkEncoder.End.CHUNK : ChunkEncoder.End.CLOSE;
    return new ChunkEncoder(format(header, key, iv, stream), padding, end);
  }

  private static BodyDecoder decoder(RequestHeader header, byte[] key, byte[] iv, AesCfb stream) {
    checked(header);
    if (raw(header)) {
      return header.security() == Security.AES_128_CFB ? new RawCfbBody(stream) : new RawBody();
    }
    return new ChunkDecoder(format(header, key, iv, stream));
  }

  private static BodyOptions checked(RequestHeader header) {
    BodyOptions options = header.options();
    if (options.padding() && !options.masking()) {
      throw new IllegalArgumentException(
          "options %s (expected: 0x08 with 0x04 only)".formatted(options));
    }
    if (raw(header) && header.command() == Command.UDP) {
      throw new IllegalArgumentException(
          "options %s (expected: 0x01 with security %s for UDP)"
              .formatted(options, header.security().text()));
    }
    return options;
  }

  /** Whether there are no chunks. A tag has to stand somewhere, so where there is one there are. */
  private static boolean raw(RequestHeader header) {
    return !header.security().sealsPayloads() && !header.options().chunkStream();
  }

  private static ChunkFormat format(RequestHeader header, byte[] key, byte[] iv, AesCfb stream) {
    return new ChunkFormat(
        cipher(header.security(), key, iv),
        sizes(header, iv),
        header.security() == Security.AES_128_CFB ? stream::apply : WireCipher.NONE,
        header.command() == Command.UDP ? ChunkFormat.Unit.DATAGRAM : ChunkFormat.Unit.STREAM_PART);
  }

  private static ChunkCipher cipher(Security security, byte[] key, byte[] iv) {
    return switch (security) {
      case AES_128_CFB -> new ChecksumChunkCipher();
      case AES_128_GCM, CHACHA20_POLY1305 ->
          new AeadChunkCipher(aead(security, key), "payload", iv);
      case NONE, ZERO -> new PlainChunkCipher();
    };
  }

  private static Aead aead(Security security, byte[] key) {
    return security == Security.AES_128_GCM
        ? new AesGcm(key)
        : new ChaCha20Poly1305(AeadChunkCipher.chaCha20Key(key));
  }

  private static ChunkSizes sizes(RequestHeader header, byte[] iv) {
    BodyOptions options = header.options();
    boolean plain = header.security().code() == Security.NONE.code();
    if (plain && header.command() != Command.UDP) {
      // V2Ray neither pads plain streams nor draws words for it, whatever the options say.
      options = new BodyOptions(options.bits() & ~BodyOptions.PADDING);
    }
    return options.authenticatedLength() && header.security().sealsPayloads()
        ? sealedSizes(header, iv)
        : new ShakeChunkSizes(options, iv);
  }

  /** Key and IV of sealed sizes are the request's in both directions. */
  private static ChunkSizes sealedSizes(RequestHeader header, byte[] iv) {
    SessionKeys keys = header.keys();
    byte[] key = Arrays.copyOf(SIZES_KDF.hash(keys.requestKey()), SessionKeys.BYTES);
    AeadChunkCipher cipher =
        new AeadChunkCipher(aead(header.security(), key), "size", keys.requestIv());
    return new SealedChunkSizes(cipher, header.options(), iv);
  }
}
