package io.vmessproxy.client.check;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.common.net.Dialer;
import java.security.SecureRandom;
import java.time.Clock;

/** Walks to a server stage by stage, as one of its users. May be called from any thread. */
public final class ServerCheck {
  private final Dialer dialer;
  private final Clock clock;
  private final SecureRandom random;
  private final CheckSettings settings;

  /**
   * @param clock tells the time that request headers carry
   */
  public ServerCheck(Dialer dialer, Clock clock, SecureRandom random, CheckSettings settings) {
    this.dialer = dialer;
    this.clock = clock;
    this.random = random;
    this.settings = settings;
  }

  /** Done within the settings' timeouts, and never fails: what fails is the report's verdict. */
  public Future<Report> check(Endpoint endpoint, EventLoop loop) {
    return new Walk(this, endpoint, loop).start();
  }

  Dialer dialer() {
    return dialer;
  }

  Clock clock() {
    return clock;
  }

  SecureRandom random() {
    return random;
  }

  CheckSettings settings() {
    return settings;
  }
}
