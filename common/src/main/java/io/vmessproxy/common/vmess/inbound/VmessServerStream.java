package io.vmessproxy.common.vmess.inbound;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.body.BodyHandler;
import io.vmessproxy.common.vmess.body.BodyPipeline;
import io.vmessproxy.common.vmess.header.ResponseHeaderCodec;

/**
 * One VMess stream, the server's end, behind its request header: the response header leaves with
 * the first payload. Takes over from {@link VmessServerHandshake}.
 */
final class VmessServerStream extends BodyHandler {
  private final RequestHeader header;

  VmessServerStream(RequestHeader header) {
    super(BodyPipeline.responseEncoder(header), BodyPipeline.requestDecoder(header));
    this.header = header;
  }

  @Override
  protected int maxHeadBytes() {
    return ResponseHeaderCodec.BYTES;
  }

  @Override
  protected void writeHead(ByteBuf out) {
    ResponseHeaderCodec.encode(header.keys(), out);
  }
}
