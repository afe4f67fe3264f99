// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.Port;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A NetworkPolicy of Kubernetes that is not in force yet, in Kubernetes' own words.
public record StagedKubernetesNetworkPolicy(Metadata metadata, Spec spec) implements Resource {

  public StagedKubernetesNetworkPolicy {
    spec = Absent.or(spec, Spec.EMPTY);
  }

  @Override
  public StagedKubernetesNetworkPolicy withMetadata(Metadata changed) {
    return new StagedKubernetesNetworkPolicy(changed, spec);
  }

  /// @param podSelector empty for all pods of the namespace
  public record Spec(
      StagedAction stagedAction,
      LabelSelector podSelector,
      List<Ingress> ingress,
      List<Egress> egress,
      List<PolicyType> policyTypes) {

    static final Spec EMPTY =
        new Spec(StagedAction.SET, LabelSelector.ALL, List.of(), List.of(), List.of());

    public Spec {
      stagedAction = Absent.or(stagedAction, StagedAction.SET);
      podSelector = Absent.or(podSelector, LabelSelector.ALL);
      ingress = Absent.asEmpty(ingress);
      egress = Absent.asEmpty(egress);
      policyTypes = Absent.asEmpty(policyTypes);
    }
  }

  /// All that is given must hold.
  public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {

    public static final LabelSelector ALL = new LabelSelector(Map.of(), List.of());

    public LabelSelector {
      matchLabels = Absent.asEmpty(matchLabels);
      matchExpressions = Absent.asEmpty(matchExpressions);
    }
  }

  /// @param operator In, NotIn, Exists or DoesNotExist
  public record Requirement(String key, String operator, List<String> values) {

    public Requirement {
      key = Absent.asEmpty(key);
      operator = Absent.asEmpty(operator);
      values = Absent.asEmpty(values);
    }
  }

  /// Without ports for all, without peers from anywhere.
  public record Ingress(List<PolicyPort> ports, List<Peer> from) {

    public Ingress {
      ports = Absent.asEmpty(ports);
      from = Absent.asEmpty(from);
    }
  }

  /// Without ports for all, without peers to anywhere.
  public record Egress(List<PolicyPort> ports, List<Peer> to) {

    public Egress {
      ports = Absent.asEmpty(ports);
      to = Absent.asEmpty(to);
    }
  }

  /// @param protocol TCP where it is empty
  public record PolicyPort(String protocol, Optional<Port> port, Optional<Integer> endPort) {

    public PolicyPort {
      protocol = Absent.asEmpty(protocol);
      port = Absent.asEmpty(port);
      endPort = Absent.asEmpty(endPort);
    }
  }

  /// Pods, or a block of addresses.
  public record Peer(
      Optional<LabelSelector> podSelector,
      Optional<LabelSelector> namespaceSelector,
      Optional<IpBlock> ipBlock) {

    public Peer {
      podSelector = Absent.asEmpty(podSelector);
      namespaceSelector = Absent.asEmpty(namespaceSelector);
      ipBlock = Absent.asEmpty(ipBlock);
    }
  }

  /// @param except parts of `cidr`
  public record IpBlock(String cidr, List<String> except) {

    public IpBlock {
      cidr = Absent.asEmpty(cidr);
      except = Absent.asEmpty(except);
    }
  }
}
