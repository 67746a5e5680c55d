package io.vmessproxy.client.fault;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be wrong.
 *
 * @param name says what, for the test's report
 * @param expected the class, the only right one
 * @param stage the stage that it has to be told of
 * @param injection makes it
 */
public record Fault(String name, Failure expected, String stage, Injection injection) {
  /** Makes a fault; what it starts, the bench stops. */
  @FunctionalInterface
  public interface Injection {
    /** What to use, and how. */
    Broken inject(FaultBench bench) throws Exception;
  }

  /**
   * A server that does not work.
   *
   * @param transport the way to it; null: the one of the server's settings
   * @param target what to ask for through it
   */
  public record Broken(Server server, @Nullable OutboundTransport transport, Destination target) {
    /** Where it is not the target that is at fault. */
    public static final Destination TARGET = new Destination(Address.of("target.example"), 80);

    static Broken of(Server server) {
      return new Broken(server, null, TARGET);
    }

    static Broken behind(Server server, OutboundTransport transport) {
      return new Broken(server, transport, TARGET);
    }
  }

  /** All of them, each with a name of its own. */
  public static List<Fault> all() {
    return Stream.of(
            ConnectFaults.all(),
            AnswerFaults.all(),
            UserFaults.all(),
            TargetFaults.all(),
            TransportFaults.all())
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
