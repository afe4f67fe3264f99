// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

/// A collection of objects of Kubernetes' API.
///
/// @param group empty for Kubernetes' own first one
public record ApiResource(String group, String version, String plural, boolean isNamespaced) {

  public static final ApiResource EVENTS = core("events", true);
  public static final ApiResource NAMESPACES = core("namespaces", false);
  public static final ApiResource CONFIG_MAPS = core("configmaps", true);
  public static final ApiResource NODES = core("nodes", false);
  public static final ApiResource PODS = core("pods", true);
  public static final ApiResource SERVICE_ACCOUNTS = core("serviceaccounts", true);
  public static final ApiResource SERVICES = core("services", true);
  public static final ApiResource ENDPOINT_SLICES =
      new ApiResource("discovery.k8s.io", "v1", "endpointslices", true);
  public static final ApiResource NETWORK_POLICIES =
      new ApiResource("networking.k8s.io", "v1", "networkpolicies", true);

  public static final ApiResource LEASES =
      new ApiResource("coordination.k8s.io", "v1", "leases", true);

  private static final String ADMINISTRATORS = "policy.networking.k8s.io";

  public static final ApiResource CLUSTER_NETWORK_POLICIES =
      new ApiResource(ADMINISTRATORS, "v1alpha2", "clusternetworkpolicies", false);
  public static final ApiResource ADMIN_NETWORK_POLICIES =
      new ApiResource(ADMINISTRATORS, "v1alpha1", "adminnetworkpolicies", false);
  public static final ApiResource BASELINE_ADMIN_NETWORK_POLICIES =
      new ApiResource(ADMINISTRATORS, "v1alpha1", "baselineadminnetworkpolicies", false);

  public static final ApiResource VIRTUAL_MACHINE_MOVES =
      new ApiResource("kubevirt.io", "v1", "virtualmachineinstancemigrations", true);

  private static ApiResource core(String plural, boolean isNamespaced) {
    return new ApiResource("", "v1", plural, isNamespaced);
  }

  /// `/apis/crd.projectcalico.org/v1/ippools`: all of them, in all namespaces.
  public String path() {
    return plural.isEmpty() ? root() : root() + "/" + plural;
  }

  /// @param namespace empty for what has none
  public String path(String namespace) {
    return isNamespaced ? root() + "/namespaces/" + namespace + "/" + plural : path();
  }

  public String path(ObjectName name) {
    return path(name.namespace()) + "/" + name.name();
  }

  /// What says which collections there are beside it.
  public ApiResource siblings() {
    return new ApiResource(group, version, "", false);
  }

  private String root() {
    return group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
  }

  /// `pods`, or `ippools.crd.projectcalico.org`: as kubectl and RBAC name it.
  @Override
  public String toString() {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
