// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import dev.brindle.datastore.kubernetes.layout.KubeadmConfig;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.api.model.rbac.SubjectBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// What the daemon may ask of the API server: what its code asks, and no more. A cluster has
/// Calico's resources in one of two groups; which, is not known beforehand.
final class AccessRights {

  private static final String[] GET = {"get"};
  private static final String[] READ = {"get", "list", "watch"};
  private static final String[] FOLLOW = {"list", "watch"};
  private static final String API = "rbac.authorization.k8s.io";

  private final List<PolicyRule> rules = new ArrayList<>();
  private final Remarks remarks = new Remarks();

  private AccessRights() {}

  static Manifest node() {
    return new AccessRights().build();
  }

  /// Where all else is in etcd.
  static Manifest nodeBesideEtcd() {
    return new AccessRights().buildBesideEtcd();
  }

  private Manifest buildBesideEtcd() {
    kubernetes("what a pod is that is plugged in", GET, ApiResource.PODS, ApiResource.NAMESPACES);
    kubernetes("a node's addresses and conditions", GET, ApiResource.NODES);
    part("", "patch", "nodes/status");
    events();
    return role();
  }

  private Manifest build() {
    kubernetes("who is there", READ, ApiResource.NODES, ApiResource.PODS, ApiResource.NAMESPACES);
    kubernetes("", FOLLOW, ApiResource.SERVICE_ACCOUNTS, ApiResource.SERVICES);
    kubernetes("", FOLLOW, ApiResource.ENDPOINT_SLICES);
    kubernetes(
        "Kubernetes' own policies, of people and of administrators",
        FOLLOW,
        ApiResource.NETWORK_POLICIES);
    kubernetes(
        "",
        FOLLOW,
        ApiResource.CLUSTER_NETWORK_POLICIES,
        ApiResource.ADMIN_NETWORK_POLICIES,
        ApiResource.BASELINE_ADMIN_NETWORK_POLICIES);
    part(
        "a node's addresses and conditions, a pod's addresses",
        "patch",
        "nodes/status",
        "pods/status");
    events();
    add(
        "which networks kubeadm was told pods shall have",
        new PolicyRuleBuilder()
            .withApiGroups(ApiResource.CONFIG_MAPS.group())
            .withResources(ApiResource.CONFIG_MAPS.plural())
            .withResourceNames(KubeadmConfig.NAME.name())
            .withVerbs("get")
            .build());
    calicos(
        "policy and peers",
        FOLLOW,
        ResourceKind.BGP_CONFIGURATION,
        ResourceKind.BGP_FILTER,
        ResourceKind.BGP_PEER,
        ResourceKind.GLOBAL_NETWORK_POLICY,
        ResourceKind.GLOBAL_NETWORK_SET,
        ResourceKind.HOST_ENDPOINT,
        ResourceKind.NETWORK_POLICY,
        ResourceKind.NETWORK_SET);
    calicos("", new String[] {"list"}, ResourceKind.IP_RESERVATION);
    calicos(
        "what every cluster has, and the first node makes",
        new String[] {"get", "list", "watch", "create"},
        ResourceKind.FELIX_CONFIGURATION,
        ResourceKind.IP_POOL,
        ResourceKind.TIER);
    calicos("", new String[] {"get", "create"}, ResourceKind.IPAM_CONFIG);
    calicos(
        "the cluster's version, and changes that nobody has confirmed",
        new String[] {"get", "list", "watch", "create", "update"},
        ResourceKind.CLUSTER_INFORMATION);
    calicos(
        "addresses",
        new String[] {"get", "list", "watch", "create", "update", "delete"},
        ResourceKind.BLOCK_AFFINITY,
        ResourceKind.IPAM_BLOCK);
    calicos("", new String[] {"get", "create", "update", "delete"}, ResourceKind.IPAM_HANDLE);
    calicos(
        "who asked for a node's status is answered; older definitions have no part for it",
        new String[] {"get", "list", "watch", "update"},
        ResourceKind.CALICO_NODE_STATUS);
    rules.add(
        new PolicyRuleBuilder()
            .withApiGroups(groups())
            .withResources(ResourceKind.CALICO_NODE_STATUS.plural() + "/status")
            .withVerbs("update")
            .build());
    return role();
  }

  private void events() {
    kubernetes(
        "to say beside a pod that it lost the address it got while the store was away",
        new String[] {"create"},
        ApiResource.EVENTS);
  }

  private Manifest role() {
    ClusterRole role =
        new ClusterRoleBuilder()
            .withNewMetadata()
            .withName(Names.NODE)
            .endMetadata()
            .withRules(rules)
            .build();
    return new Manifest(role, remarks);
  }

  private static List<String> groups() {
    return Arrays.stream(CalicoGroup.values()).map(CalicoGroup::group).toList();
  }

  private void calicos(String why, String[] verbs, ResourceKind... kinds) {
    List<String> plurals =
        Arrays.stream(kinds)
            .flatMap(
                kind ->
                    Arrays.stream(CalicoGroup.values())
                        .map(group -> ObjectLayout.of(group, kind).getFirst().objects().plural()))
            .distinct()
            .toList();
    add(
        why,
        new PolicyRuleBuilder()
            .withApiGroups(groups())
            .withResources(plurals)
            .withVerbs(verbs)
            .build());
  }

  /// @param resources of one group
  private void kubernetes(String why, String[] verbs, ApiResource... resources) {
    add(
        why,
        new PolicyRuleBuilder()
            .withApiGroups(resources[0].group())
            .withResources(Stream.of(resources).map(ApiResource::plural).toList())
            .withVerbs(verbs)
            .build());
  }

  private void part(String why, String verb, String... resources) {
    add(
        why,
        new PolicyRuleBuilder().withApiGroups("").withResources(resources).withVerbs(verb).build());
  }

  private void add(String why, PolicyRule rule) {
    if (!why.isEmpty()) {
      remarks.at("rules[%d]".formatted(rules.size()), why);
    }
    rules.add(rule);
  }

  /// Of a service account to the cluster role of its name.
  static Manifest clusterBinding(String name) {
    return Manifest.of(
        new ClusterRoleBindingBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewRoleRef(API, "ClusterRole", name)
            .withSubjects(account(name))
            .build());
  }

  /// The same inside the namespace.
  static Manifest binding(String name) {
    return Manifest.of(
        new RoleBindingBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(Names.NAMESPACE)
            .endMetadata()
            .withNewRoleRef(API, "Role", name)
            .withSubjects(account(name))
            .build());
  }

  private static Subject account(String name) {
    return new SubjectBuilder()
        .withKind("ServiceAccount")
        .withName(name)
        .withNamespace(Names.NAMESPACE)
        .build();
  }
}
