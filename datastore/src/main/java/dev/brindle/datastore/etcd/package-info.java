// SPDX-License-Identifier: Apache-2.0
/// A store in etcd, in the places where Calico has it.
@NullMarked
package dev.brindle.datastore.etcd;

import org.jspecify.annotations.NullMarked;
