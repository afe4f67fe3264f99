// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import java.util.List;
import java.util.Optional;

/// Rules for what passes between nodes and peers; BGPPeers name the ones that hold for them.
public record BgpFilter(Metadata metadata, Spec spec) implements Resource {

  public BgpFilter {
    spec = Absent.or(spec, Spec.EMPTY);
  }

  @Override
  public BgpFilter withMetadata(Metadata changed) {
    return new BgpFilter(changed, spec);
  }

  /// The first rule of a list that matches decides; where none does, the next filter is asked.
  public record Spec(
      List<Rule> exportV4, List<Rule> importV4, List<Rule> exportV6, List<Rule> importV6) {

    static final Spec EMPTY = new Spec(List.of(), List.of(), List.of(), List.of());

    public Spec {
      exportV4 = Absent.asEmpty(exportV4);
      importV4 = Absent.asEmpty(importV4);
      exportV6 = Absent.asEmpty(exportV6);
      importV6 = Absent.asEmpty(importV6);
    }
  }

  /// Conditions, which must all hold, and what then; without any it holds for every route.
  ///
  /// @param matchOperator Equal, NotEqual, In or NotIn: how the route's prefix is to `cidr`
  /// @param source RemotePeers: told by a peer
  /// @param interfaceName pattern of the interface that the route leads out of, as `eth*`
  /// @param peerType eBGP or iBGP
  /// @param asPathPrefix what the AS path begins with
  /// @param action Accept or Reject
  /// @param operations on routes that are accepted, in this order
  public record Rule(
      Optional<Cidr> cidr,
      String matchOperator,
      Optional<PrefixLength> prefixLength,
      String source,
      String interfaceName,
      String peerType,
      Optional<Communities> communities,
      List<AsNumber> asPathPrefix,
      Optional<Integer> priority,
      String action,
      List<Operation> operations) {

    public Rule {
      cidr = Absent.asEmpty(cidr);
      matchOperator = Absent.asEmpty(matchOperator);
      prefixLength = Absent.asEmpty(prefixLength);
      source = Absent.asEmpty(source);
      interfaceName = Absent.asEmpty(interfaceName);
      peerType = Absent.asEmpty(peerType);
      communities = Absent.asEmpty(communities);
      asPathPrefix = Absent.asEmpty(asPathPrefix);
      priority = Absent.asEmpty(priority);
      action = Absent.asEmpty(action);
      operations = Absent.asEmpty(operations);
    }
  }

  /// Lengths of prefixes inside a CIDR; as far as it goes where one is left out.
  public record PrefixLength(Optional<Integer> min, Optional<Integer> max) {

    public PrefixLength {
      min = Absent.asEmpty(min);
      max = Absent.asEmpty(max);
    }
  }

  /// One of these, in a list because Calico wants it so.
  ///
  /// @param values `aa:nn` or `aa:nn:mm`
  public record Communities(List<String> values) {

    public Communities {
      values = Absent.asEmpty(values);
    }
  }

  /// One change of a route: exactly one of these is there.
  public record Operation(
      Optional<AddCommunity> addCommunity,
      Optional<PrependAsPath> prependASPath,
      Optional<SetPriority> setPriority) {

    public Operation {
      addCommunity = Absent.asEmpty(addCommunity);
      prependASPath = Absent.asEmpty(prependASPath);
      setPriority = Absent.asEmpty(setPriority);
    }
  }

  /// @param value `aa:nn` or `aa:nn:mm`
  public record AddCommunity(String value) {

    public AddCommunity {
      value = Absent.asEmpty(value);
    }
  }

  /// @param prefix what the path begins with afterwards
  public record PrependAsPath(List<AsNumber> prefix) {

    public PrependAsPath {
      prefix = Absent.asEmpty(prefix);
    }
  }

  /// @param value a metric: smaller is better
  public record SetPriority(Optional<Integer> value) {

    public SetPriority {
      value = Absent.asEmpty(value);
    }
  }
}
