package io.vmessproxy.client.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.body.BodyPipeline;
import io.vmessproxy.common.vmess.header.AeadSeal;
import io.vmessproxy.common.vmess.header.ResponseHeaderCodec;
import java.security.SecureRandom;

/**
 * Seals and opens one stream in memory, so that the first application does not wait while the JVM
 * finds its ciphers.
 */
public final class WarmUp {
  private WarmUp() {}

  /** Takes some hundred milliseconds of a cold JVM, on any thread but an event loop's. */
  public static void run(Security security, SecureRandom random) {
    RequestHeader header =
        new RequestHeader(
            SessionKeys.random(random),
            BodyOptions.recommended(security, Command.TCP),
            security,
            Command.TCP,
            new Destination(Address.of("warm-up.invalid"), 80));
    ByteBuf wire = UnpooledByteBufAllocator.DEFAULT.heapBuffer();
    ByteBuf payload = UnpooledByteBufAllocator.DEFAULT.heapBuffer().writeZero(1024);
    try {
      AeadSeal.seal(header, CommandKey.of(UserId.random(random)), 0, random, wire);
      BodyPipeline.requestEncoder(header).encode(payload, wire);
      wire.clear();
      ResponseHeaderCodec.encode(header.keys(), null, wire);
      BodyPipeline.responseEncoder(header).encode(payload.setIndex(0, 1024), wire);
      ResponseHeaderCodec.decode(wire, header.keys());
      ByteBuf opened = BodyPipeline.responseDecoder(header).decode(wire.alloc(), wire);
      if (opened != null) {
        opened.release();
      }
    } finally {
      wire.release();
      payload.release();
    }
  }
}
