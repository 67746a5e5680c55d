package io.vmessproxy.client.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import java.nio.charset.StandardCharsets;

/** Writes the request target byte for byte as it came; its parent would write it as UTF-8. */
final class RequestEncoder extends HttpRequestEncoder {
  @Override
  protected void encodeInitialLine(ByteBuf buf, HttpRequest request) {
    ByteBufUtil.copy(request.method().asciiName(), buf);
    buf.writeByte(' ');
    buf.writeCharSequence(request.uri(), StandardCharsets.ISO_8859_1);
    buf.writeByte(' ');
    buf.writeCharSequence(request.protocolVersion().text(), StandardCharsets.US_ASCII);
    buf.writeByte('\r').writeByte('\n');
  }
}
