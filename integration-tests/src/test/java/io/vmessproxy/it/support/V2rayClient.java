package io.vmessproxy.it.support;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The v2ray of this machine as a client: SOCKS5 with UDP on a free port. */
public final class V2rayClient implements AutoCloseable {
  private static final Pattern VIA = Pattern.compile("tunneling request to .* via .*:([0-9]+)$");

  private final int port;
  private final ManagedProcess process;

  private V2rayClient(int port, ManagedProcess process) {
    this.port = port;
    this.process = process;
  }

  /**
   * Starts it in front of a server on this machine.
   *
   * @param security one that its configuration knows: it takes any other for {@code auto}
   * @param mux at most as many streams on one connection, 0 for a connection each
   */
  public static V2rayClient start(int serverPort, VmessUser user, String security, int mux) {
    int port = Ports.free();
    String config = V2rayConfig.client(port, serverPort, user, security, mux);
    return new V2rayClient(port, V2rayProcess.start("v2ray-client", config, user.alterId() > 0));
  }

  /** Where it speaks SOCKS5. */
  public int port() {
    return port;
  }

  /**
   * Starts it with outbounds that somebody else wrote.
   *
   * @param outbounds an object that has nothing else: {@code {"outbounds":[...]}}
   */
  public static V2rayClient start(String outbounds) {
    int port = Ports.free();
    String config = V2rayConfig.client(port, outbounds);
    return new V2rayClient(port, V2rayProcess.start("v2ray-client", config, false));
  }

  /** The server's port for each of its connections so far. */
  public Stream<Integer> serverPorts() {
    return process
        .out()
        .lines()
        .map(VIA::matcher)
        .filter(Matcher::find)
        .map(match -> Integer.valueOf(match.group(1)));
  }

  /** What it has logged. */
  public String log() {
    return process.out();
  }

  @Override
  public void close() {
    process.close();
  }
}
