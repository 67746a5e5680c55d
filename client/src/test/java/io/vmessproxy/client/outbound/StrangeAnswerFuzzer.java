package io.vmessproxy.client.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.util.List;

/**
 * What a server sends that speaks no VMess: it has a class and an action, and nothing of it but
 * printable text, shortened, reaches our log.
 */
public final class StrangeAnswerFuzzer {
  private static final int MAX_CHARS = 400;
  private static final Server SERVER =
      new Server(
          "s",
          new Destination(Address.of("a.example"), 443),
          List.of(
              new Account(
                  UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b"),
                  0,
                  Security.AES_128_GCM,
                  0)));

  private StrangeAnswerFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    ByteBuf answer = Unpooled.wrappedBuffer(data);
    if (!answer.isReadable()) {
      return;
    }
    OutboundException failure = StrangeAnswer.of(answer, SERVER);
    if (failure.action().isEmpty() || answer.readableBytes() != data.length) {
      throw new AssertionError(failure);
    }
    String message = String.valueOf(failure.getMessage());
    if (message.length() > MAX_CHARS || !message.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      throw new AssertionError(message);
    }
  }
}
