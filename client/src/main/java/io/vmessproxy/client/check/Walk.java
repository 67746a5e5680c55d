package io.vmessproxy.client.check;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.outbound.ServerClock;
import io.vmessproxy.client.outbound.VmessDial;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.transport.stack.Transports;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Network;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One server's stages, in order: each begins when the one before it is passed. On its loop. */
final class Walk {
  private static final Logger LOG = LoggerFactory.getLogger(Walk.class);
  private static final String RESOLVE = "resolve";
  private static final String VMESS = "vmess";

  /** How much longer than the first time a connection may take. */
  private static final int OPENINGS = 2;

  private final ServerCheck check;
  private final CheckSettings settings;
  private final Endpoint endpoint;
  private final EventLoop loop;
  private final Promise<Report> promise;
  private final Stages stages = new Stages(System::nanoTime);
  private final TimedLayers layers;
  private List<String> addresses = List.of();
  private Optional<Duration> clock = Optional.empty();

  Walk(ServerCheck check, Endpoint endpoint, EventLoop loop) {
    this.check = check;
    this.settings = check.settings();
    this.endpoint = endpoint;
    this.loop = loop;
    this.promise = loop.newPromise();
    this.layers = new TimedLayers(stages, settings);
  }

  Future<Report> start() {
    loop.execute(() -> guarded(() -> resolve(dial())));
    return promise;
  }

  /** A mistake of ours costs one server's verdict, not all. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.error("server {}: its check", endpoint.server().tag(), e);
      finish(new Verdict(Failure.INTERNAL, "check", e.toString(), "a mistake of this program"));
    }
  }

  private VmessDial dial() {
    Server server = endpoint.server();
    return new VmessDial(
        endpoint,
        Transports.outbound(
            check.network(server.address()),
            server.address(),
            server.stream(),
            settings.handshakeTimeout(),
            layers),
        new ServerClock(
            check.clock(), settings.clockOffset().ahead(), settings.clockOffset().auto()),
        check.random(),
        settings.handshakeTimeout(),
        suggestion -> {});
  }

  private void resolve(VmessDial dial) {
    stages.restart();
    Duration limit = settings.connectTimeout();
    Promise<List<InetAddress>> lookUp = loop.newPromise();
    Future<List<InetAddress>> resolving =
        check.dialer().resolver().resolve(endpoint.server().address().address(), loop);
    resolving.addListener(
        resolved -> {
          if (resolved.isSuccess()) {
            lookUp.trySuccess(resolving.getNow());
          } else {
            lookUp.tryFailure(resolved.cause());
          }
        });
    var deadline =
        loop.schedule(
            () -> lookUp.tryFailure(noLookUp(limit)), limit.toNanos(), TimeUnit.NANOSECONDS);
    lookUp.addListener(
        done -> {
          deadline.cancel(false);
          guarded(() -> resolved(lookUp, dial));
        });
  }

  private OutboundException noLookUp(Duration limit) {
    return new OutboundException(
        Failure.UNRESOLVED,
        RESOLVE,
        endpoint.server().tag(),
        "no answer to the look-up of its name within %d ms".formatted(limit.toMillis()),
        "is this machine online, and does its DNS work?");
  }

  private void resolved(Future<List<InetAddress>> lookUp, VmessDial dial) {
    if (lookUp.isSuccess()) {
      addresses = lookUp.getNow().stream().map(NetUtil::toAddressString).toList();
      if (endpoint.server().address().address() instanceof Address.Domain) {
        stages.pass(RESOLVE);
      }
    } else if (lookUp.cause() instanceof OutboundException silent) {
      finish(Verdict.of(silent));
      return;
    }
    stages.restart();
    // A name that does not resolve fails there as well, at once, and is explained as everywhere.
    dial.prove(loop).addListener(proven -> guarded(() -> proven(proven, dial)));
  }

  private void proven(Future<?> proven, VmessDial dial) {
    if (!proven.isSuccess()) {
      finish(verdict(proven.cause()));
      return;
    }
    // It takes a connection of its own, from the network up: a far server has time for that.
    Duration timeout =
        settings.answerTimeout().plus(stages.without(RESOLVE).multipliedBy(OPENINGS));
    stages.pass(VMESS);
    new TargetCheck(
            (target, at) -> dial.open(Network.TCP, target, at), settings.url(), timeout, loop)
        .run((firstByte, verdict) -> guarded(() -> answered(firstByte, verdict, dial)));
  }

  private void answered(@Nullable Duration firstByte, Verdict verdict, VmessDial dial) {
    if (firstByte != null) {
      stages.pass(TargetCheck.STAGE, firstByte);
    }
    clock = layers.dated();
    if (!verdict.works() || !settings.measureClock() || clock.isPresent()) {
      finish(verdict);
      return;
    }
    Future<Optional<Duration>> measuring = dial.measureClock(loop);
    measuring.addListener(
        measured -> {
          clock = measured.isSuccess() ? measuring.getNow() : Optional.empty();
          finish(verdict);
        });
  }

  private static Verdict verdict(Throwable cause) {
    return cause instanceof OutboundException expected
        ? Verdict.of(expected)
        : new Verdict(Failure.INTERNAL, "check", cause.toString(), "a mistake of this program");
  }

  private void finish(Verdict verdict) {
    layers.close();
    promise.trySuccess(new Report(endpoint, addresses, stages.passed(), verdict, clock));
  }
}
