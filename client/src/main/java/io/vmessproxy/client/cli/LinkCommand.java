package io.vmessproxy.client.cli;

import io.vmessproxy.client.link.Exports;
import io.vmessproxy.client.link.LinkException;
import io.vmessproxy.client.link.Links;
import io.vmessproxy.client.link.Node;
import io.vmessproxy.client.link.Nodes;
import io.vmessproxy.client.settings.SettingsException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Reads links and settings and prints them in another form. Ids are whole here, and only here. */
@Command(
    name = LinkCommand.NAME,
    versionProvider = VersionText.class,
    sortOptions = false,
    customSynopsis = "vmess-proxy link [OPTIONS] [LINK...]",
    usageHelpAutoWidth = true,
    header = {"Reads links and settings, prints them as text, JSON, link or QR code.", ""},
    footer = {
      "%nExamples:",
      "  What a link says:",
      "    vmess-proxy link vmess://eyJ2Ijoi...",
      "  A code for a telephone's camera:",
      "    vmess-proxy link --to qr vmess://eyJ2Ijoi...",
      "  A link for the server of a command line:",
      "    vmess-proxy link --to link --server a.example.com:443 --user UUID",
      "  A file of links, or a subscription, for programs:",
      "    vmess-proxy link --to json - < links.txt",
      "%nWhat is printed shows the ids of users, which are their passwords."
    })
final class LinkCommand implements Callable<Integer> {
  static final String NAME = "link";
  private static final String STANDARD_INPUT = "-";

  private final InputStream in;

  @Spec CommandSpec spec;
  @ParentCommand RunCommand program;

  @Parameters(
      paramLabel = LinkArguments.LINK,
      arity = "0..*",
      description = {
        "Share links of any client. - stands for standard input: a link on each line, or a"
            + " subscription's body."
      })
  List<String> arguments = List.of();

  @Mixin LinkForm form = new LinkForm();
  @Mixin ServerOptions servers = ServerOptions.withoutLinks();
  @Mixin WatchingOptions watching = new WatchingOptions();

  LinkCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public Integer call() {
    program.hangUpEnds();
    ParseResult parsed = spec.commandLine().getParseResult();
    Given given = new Given(parsed);
    watching.level(given).apply();
    ServeCommand.refuseBefore(spec.commandLine().getParent().getParseResult(), NAME);
    Function<List<Links.Read>, List<String>> printer = printer(form.read(given));
    LinkInput input = read(given);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    input.notes().forEach(err::println);
    List<String> errors = new ArrayList<>(input.errors());
    if (!input.nodes().isEmpty()) {
      errors.addAll(printer.apply(input.nodes()));
    }
    out.flush();
    if (errors.isEmpty()) {
      return ExitCode.OK;
    }
    if (input.nodes().isEmpty()) {
      return Errors.usage(spec.commandLine(), String.join(System.lineSeparator(), errors));
    }
    errors.forEach(err::println);
    return ExitCode.USAGE;
  }

  private LinkInput read(Given given) {
    LinkInput input = new LinkInput();
    for (String argument : arguments) {
      if (argument.equals(STANDARD_INPUT)) {
        input.addAll(in);
      } else {
        input.add(argument);
      }
    }
    if (servers.demo(given)) {
      throw new SettingsException(
          "--demo: its server has no link (expected: links, --server or --vnext)");
    }
    if (arguments.isEmpty() && !servers.named(given)) {
      throw new SettingsException(
          "no link given (expected: vmess://..., - to read standard input, --server HOST:PORT --user"
              + " UUID, or --vnext JSON_OR_FILE)");
    }
    // Options without a --server change nothing here, which they are told.
    if (servers.named(given) || servers.describesServers(given)) {
      ServerOptions.Chosen chosen = servers.chosen(given);
      if (!chosen.subscriptions().isEmpty()) {
        throw new SettingsException(
            given.name(ServerOptions.SUBSCRIBE)
                + ": not fetched here (expected: its body on standard input, with -)");
      }
      chosen.servers().forEach(server -> input.add(Nodes.nodes(server)));
    }
    return input;
  }

  /** What prints nodes, and gives back what is wrong with some of them. */
  private Function<List<Links.Read>, List<String>> printer(LinkForm.Form to) {
    return switch (to) {
      case TEXT -> this::text;
      case JSON -> this::json;
      case LINK -> nodes -> each(nodes, Exports::link);
      case URI -> nodes -> each(nodes, Exports::uri);
      case QR -> this::qr;
      case VNEXT -> this::vnext;
    };
  }

  private List<String> text(List<Links.Read> nodes) {
    PrintWriter out = spec.commandLine().getOut();
    for (int i = 0; i < nodes.size(); i++) {
      if (i > 0) {
        out.println();
      }
      NodeText.lines(nodes.get(i).node(), nodes.get(i).warnings()).forEach(out::println);
    }
    return List.of();
  }

  private List<String> json(List<Links.Read> nodes) {
    spec.commandLine()
        .getOut()
        .println(Exports.json(nodes.stream().map(Links.Read::node).toList()));
    return List.of();
  }

  private List<String> vnext(List<Links.Read> nodes) {
    Exports.Export export = Exports.vnext(nodes.stream().map(Links.Read::node).toList());
    spec.commandLine().getOut().println(export.text());
    tellLost("vnext", export);
    return List.of();
  }

  private List<String> qr(List<Links.Read> nodes) {
    PrintWriter out = spec.commandLine().getOut();
    List<String> errors = new ArrayList<>();
    for (Links.Read read : nodes) {
      try {
        Exports.Export export = Exports.link(read.node());
        String code = QrText.of(export.text());
        out.println(read.node().name());
        out.print(code);
        tellLost(read.node().name(), export);
      } catch (SettingsException e) {
        errors.add(read.node().name() + ": " + e.getMessage());
      }
    }
    return errors;
  }

  private List<String> each(List<Links.Read> nodes, Function<Node, Exports.Export> form) {
    List<String> errors = new ArrayList<>();
    for (Links.Read read : nodes) {
      try {
        Exports.Export export = form.apply(read.node());
        spec.commandLine().getOut().println(export.text());
        tellLost(read.node().name(), export);
      } catch (LinkException e) {
        errors.add(read.node().name() + ": " + e.getMessage());
      }
    }
    return errors;
  }

  private void tellLost(String name, Exports.Export export) {
    if (!export.lossy().isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(
              "%s: --to %s cannot tell its %s"
                  .formatted(name, form.text(), String.join(", ", export.lossy())));
    }
  }
}
