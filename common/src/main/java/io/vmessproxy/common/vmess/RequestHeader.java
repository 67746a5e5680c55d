package io.vmessproxy.common.vmess;

import io.vmessproxy.common.net.Destination;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for, without who he is. Its text shows no key.
 *
 * @param destination where to; null exactly for {@link Command#MUX}, whose frames name their own
 */
public record RequestHeader(
    SessionKeys keys,
    BodyOptions options,
    Security security,
    Command command,
    @Nullable Destination destination) {
  public RequestHeader {
    if ((destination == null) != (command == Command.MUX)) {
      throw new IllegalArgumentException(
          "request header: destination %s with command %s (expected: none exactly for MUX)"
              .formatted(destination, command));
    }
  }
}
