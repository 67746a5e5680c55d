package io.vmessproxy.client.dispatch;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

public final class ReplayRule {
  boolean add(ByteBuf bytes) {
    return true;
  }

  boolean safe() {
    return true;
  }

  boolean complete() {
    return false;
  }

  Optional<String> name() {
    return Optional.empty();
  }

  public static boolean idempotent(String method) {
    return method.equals("GET");
  }
}
