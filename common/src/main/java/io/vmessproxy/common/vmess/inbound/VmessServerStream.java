package io.vmessproxy.common.vmess.inbound;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.body.BodyHandler;
import io.vmessproxy.common.vmess.body.BodyPipeline;
import io.vmessproxy.common.vmess.header.ResponseHeaderCodec;
import org.jspecify.annotations.Nullable;

/**
 * One VMess stream, the server's end, behind its request header: the response header leaves with
 * the first payload, in the form of the request's. Takes over from {@link VmessServerHandshake}.
 */
final class VmessServerStream extends BodyHandler {
  private final RequestHeader header;
  private final @Nullable SwitchAccount suggestion;
  private final AesCfb responseStream;

  /**
   * @param suggestion another port for the client to use from now on; null for none
   */
  VmessServerStream(RequestHeader header, @Nullable SwitchAccount suggestion) {
    this(header, suggestion, ResponseHeaderCodec.encryptingStream(header.keys()));
  }

  private VmessServerStream(
      RequestHeader header, @Nullable SwitchAccount suggestion, AesCfb responseStream) {
    super(
        BodyPipeline.responseEncoder(header, responseStream), BodyPipeline.requestDecoder(header));
    this.header = header;
    this.suggestion = suggestion;
    this.responseStream = responseStream;
  }

  @Override
  protected int maxHeadBytes() {
    return ResponseHeaderCodec.MAX_BYTES;
  }

  @Override
  protected void writeHead(ByteBuf out) {
    ResponseHeaderCodec.encode(header.keys(), suggestion, responseStream, out);
  }
}
