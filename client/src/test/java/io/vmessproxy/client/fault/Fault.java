package io.vmessproxy.client.fault;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.SystemResolver;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be wrong.
 *
 * @param name says what, for the tests' reports
 * @param run what an application is told of it
 * @param check what {@code check} tells of it
 * @param why the two differ; empty: they do not
 * @param injection makes it
 */
public record Fault(String name, Told run, Told check, String why, Injection injection) {
  /** The same for both, as nearly all are. */
  public Fault(String name, Failure expected, String stage, Injection injection) {
    this(name, new Told(expected, stage), new Told(expected, stage), "", injection);
  }

  /** One that an application does not see as a fault, as the target's bytes are its own matter. */
  static Fault forCheck(
      String name, Failure expected, String stage, String why, Injection injection) {
    return new Fault(name, Told.NOTHING, new Told(expected, stage), why, injection);
  }

  /**
   * The only right class and stage.
   *
   * @param failure null: nothing is wrong
   */
  public record Told(@Nullable Failure failure, String stage) {
    static final Told NOTHING = new Told(null, "");
  }

  /** Makes a fault; what it starts, the bench stops. */
  @FunctionalInterface
  public interface Injection {
    /** What to use, and how. */
    Broken inject(FaultBench bench) throws Exception;
  }

  /**
   * A server that does not work.
   *
   * @param network what takes TCP's place; null: TCP
   * @param resolver finds its name; null: the system's
   * @param target what to ask for through it
   */
  public record Broken(
      Server server,
      @Nullable OutboundTransport network,
      @Nullable SystemResolver resolver,
      Destination target) {
    /** Where it is not the target that is at fault. */
    public static final Destination TARGET = new Destination(Address.of("target.example"), 80);

    static Broken of(Server server) {
      return new Broken(server, null, null, TARGET);
    }

    /** In layers without TLS. */
    static Broken of(Server server, TransportSettings transport) {
      return of(server.withStream(new StreamSettings(transport, null)));
    }

    static Broken behind(Server server, OutboundTransport network) {
      return new Broken(server, network, null, TARGET);
    }

    Broken withTarget(Destination other) {
      return new Broken(server, network, resolver, other);
    }
  }

  /** All of them, each with a name of its own. */
  public static List<Fault> all() {
    return Stream.of(
            ConnectFaults.all(),
            AnswerFaults.all(),
            UserFaults.all(),
            TargetFaults.all(),
            TransportFaults.all(),
            TlsFaults.all(),
            UpgradeFaults.all(),
            Http2Faults.all())
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
