// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.Port;
import dev.brindle.api.net.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One rule of a policy or profile: all that is given must match.
///
/// @param ipVersion 4 or 6; absent for both
public record Rule(
    Action action,
    Optional<Integer> ipVersion,
    Optional<Protocol> protocol,
    Optional<Protocol> notProtocol,
    Optional<Icmp> icmp,
    Optional<Icmp> notICMP,
    Optional<Http> http,
    Entity source,
    Entity destination,
    Optional<RuleMetadata> metadata) {

  public Rule {
    action = Absent.required(action, "action");
    ipVersion = Absent.asEmpty(ipVersion);
    protocol = Absent.asEmpty(protocol);
    notProtocol = Absent.asEmpty(notProtocol);
    icmp = Absent.asEmpty(icmp);
    notICMP = Absent.asEmpty(notICMP);
    http = Absent.asEmpty(http);
    source = Absent.or(source, Entity.ANY);
    destination = Absent.or(destination, Entity.ANY);
    metadata = Absent.asEmpty(metadata);
  }

  /// A rule with nothing but an action matches everything.
  public static Rule of(Action action) {
    return new Rule(
        action,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Entity.ANY,
        Entity.ANY,
        Optional.empty());
  }

  /// What happens to a packet that matches.
  public enum Action {
    ALLOW("Allow"),
    DENY("Deny"),
    /// Note it and go on with the next rule.
    LOG("Log"),
    /// Leave the tier and go on with the next.
    PASS("Pass");

    private final String text;

    Action(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// One end of the traffic.
  ///
  /// @param nets CIDRs as they were written; see `notNets`
  /// @param notNets none of these
  public record Entity(
      List<String> nets,
      String selector,
      String namespaceSelector,
      Optional<ServiceMatch> services,
      List<Port> ports,
      List<String> notNets,
      String notSelector,
      List<Port> notPorts,
      Optional<ServiceAccountMatch> serviceAccounts) {

    public static final Entity ANY =
        new Entity(
            List.of(),
            "",
            "",
            Optional.empty(),
            List.of(),
            List.of(),
            "",
            List.of(),
            Optional.empty());

    public Entity {
      nets = Absent.asEmpty(nets);
      selector = Absent.asEmpty(selector);
      namespaceSelector = Absent.asEmpty(namespaceSelector);
      services = Absent.asEmpty(services);
      ports = Absent.asEmpty(ports);
      notNets = Absent.asEmpty(notNets);
      notSelector = Absent.asEmpty(notSelector);
      notPorts = Absent.asEmpty(notPorts);
      serviceAccounts = Absent.asEmpty(serviceAccounts);
    }
  }

  /// @param type 0 to 254; a rule without type matches all
  /// @param code 0 to 255; only with a type
  public record Icmp(Optional<Integer> type, Optional<Integer> code) {

    public Icmp {
      type = Absent.asEmpty(type);
      code = Absent.asEmpty(code);
    }
  }

  /// Enforced by layer-7 proxies only; here a rule with it matches as if it had none.
  public record Http(List<String> methods, List<HttpPath> paths) {

    public Http {
      methods = Absent.asEmpty(methods);
      paths = Absent.asEmpty(paths);
    }
  }

  /// One of the two is given.
  public record HttpPath(String exact, String prefix) {

    public HttpPath {
      exact = Absent.asEmpty(exact);
      prefix = Absent.asEmpty(prefix);
    }
  }

  /// The endpoints behind a Kubernetes service.
  public record ServiceMatch(String name, String namespace) {

    public ServiceMatch {
      name = Absent.asEmpty(name);
      namespace = Absent.asEmpty(namespace);
    }
  }

  /// Both must match if both are given.
  public record ServiceAccountMatch(List<String> names, String selector) {

    public ServiceAccountMatch {
      names = Absent.asEmpty(names);
      selector = Absent.asEmpty(selector);
    }
  }

  /// Notes for people.
  public record RuleMetadata(Map<String, String> annotations) {

    public RuleMetadata {
      annotations = Absent.asEmpty(annotations);
    }
  }
}
