package io.vmessproxy.client.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Early data as text of a request: base64, URL-safe, without padding. */
final class EarlyText {
  private EarlyText() {}

  /** Reads up to {@code most} bytes. */
  static String encode(ByteBuf bytes, int most) {
    byte[] taken = ByteBufUtil.getBytes(bytes.readSlice(Math.min(most, bytes.readableBytes())));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(taken);
  }

  /** The bytes of a text in either alphabet, padded or not, as Xray takes it; null: it is none. */
  static byte @Nullable [] decode(String text) {
    String plain = text.replace('+', '-').replace('/', '_').replace("=", "");
    try {
      return Base64.getUrlDecoder().decode(plain);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
