package io.vmessproxy.client;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.inbound.Freedom;
import io.vmessproxy.common.vmess.inbound.InboundOptions;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import io.vmessproxy.common.vmess.inbound.VmessServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** A VMess server in this program, on a free loopback port, with a fresh random user. */
public final class DemoServer implements AutoCloseable {
  private final Account user;
  private final VmessServer server;
  private final ChannelFuture bound;

  /** Binds; {@link #bound} tells whether it did. Its connections live on {@code loops}. */
  public DemoServer(
      Dialer dialer, PolicyTable policies, SecureRandom random, EventLoopGroup loops) {
    user = new Account(UserId.random(random), 0, Security.auto(), 0);
    server =
        new VmessServer(
            List.of(new InboundUser(user.id(), 0, user.level(), "")),
            InboundOptions.open(policies),
            new Freedom(dialer),
            Clock.systemUTC());
    bound = server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops);
  }

  /** Done when it listens. */
  public ChannelFuture bound() {
    return bound;
  }

  /** The server and its user as a client is told of them, once it listens. */
  public Server asServer() {
    InetSocketAddress address = (InetSocketAddress) bound.channel().localAddress();
    Destination destination =
        new Destination(Address.of(address.getAddress().getHostAddress()), address.getPort());
    return new Server("demo", destination, List.of(user));
  }

  @Override
  public void close() {
    server.close();
  }
}
