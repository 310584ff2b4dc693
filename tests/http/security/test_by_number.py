"""
Which tests stand for which line of what must hold, 1 to 18, 31 and 33. Each
one that is named here is there.
"""

import ast
import os
import re

import pytest

from support.site import ROOT

HERE = "http/security/test_security_"
NUMBERS = {
    1: [HERE + "passwords.py::test_length_is_counted_in_code_points",
        HERE + "passwords.py::"
        "test_more_than_1024_bytes_is_400_and_never_hashed",
        HERE + "passwords.py::test_nothing_is_cut",
        "unit/test_password.c::cuts_nothing",
        "unit/test_password.c::never_hashes_more_than_the_limit",
        "unit/test_password.c::length_is_configured"],
    2: [HERE + "passwords.py::test_passwords_are_taken_as_they_are",
        HERE + "passwords.py::test_nul_is_400",
        "db/test_operator.py::test_password_is_one_line_and_not_trimmed"],
    3: [HERE + "passwords.py::test_the_same_rules_everywhere",
        HERE + "passwords.py::test_a_good_one_is_taken_everywhere",
        HERE + "django.py::test_the_rules_are_those_of_django",
        HERE + "django.py::test_the_list_has_all_that_django_has",
        "unit/test_password.c::judges_new_passwords",
        "unit/test_password.c::every_line_of_the_list_is_found",
        "db/test_breached.py::test_register_refuses_it",
        "db/test_breached.py::test_reset_refuses_it",
        "db/test_breached.py::test_the_operator_is_told_too"],
    4: [HERE + "passwords.py::test_the_shipped_cost",
        HERE + "passwords.py::"
        "test_rehashed_at_login_when_the_configuration_rose",
        HERE + "passwords.py::test_a_crafted_row_does_not_stop_the_machine",
        "unit/test_password.c::refuses_what_would_stop_the_machine",
        "unit/test_password.c::asks_to_hash_again"],
    5: ["unit/test_password.c::nobody_costs_what_a_wrong_password_costs",
        "report/equal_time.py::main"],
    6: ["http/test_main_job.py::test_main_job",
        "http/test_processes.py::test_no_password_is_left_in_memory",
        HERE + "passwords.py::test_no_process_leaves_a_core",
        HERE + "passwords.py::"
        "test_a_password_in_a_line_of_the_log_would_be_seen"],
    7: [HERE + "limits.py::test_one_answer_for_all_that_is_refused"],
    8: ["http/test_limits.py::test_parallel_wrong_logins_by_account",
        "http/test_limits.py::test_parallel_wrong_logins_by_peer",
        "http/test_limits.py::test_wait_doubles",
        "http/test_limits.py::test_wait_has_a_longest",
        "http/test_limits.py::test_owner_is_not_locked_out_by_others",
        HERE + "limits.py::test_from_the_fifth_failure_an_account_waits",
        HERE + "limits.py::test_no_lock_is_for_ever",
        HERE + "limits.py::test_by_peer_and_by_64",
        HERE + "limits.py::test_a_reset_by_mail_ends_the_wait",
        HERE + "limits.py::test_a_known_prefix_has_its_own_counter"],
    9: [HERE + "limits.py::"
        "test_the_forwarded_header_is_read_from_the_right",
        HERE + "limits.py::"
        "test_without_a_configured_proxy_the_header_is_nothing",
        "http/test_limits.py::"
        "test_forwarded_header_of_a_stranger_does_not_count",
        "http/test_attacks.py::"
        "test_a_forwarded_header_in_two_spellings_is_none",
        "unit/test_peer.c::finds_the_peer"],
    10: [HERE + "limits.py::test_429_is_the_same_for_known_and_unknown"],
    11: [HERE + "identity.py::test_addresses_that_are_none",
         HERE + "identity.py::test_an_address_of_254_bytes",
         HERE + "identity.py::"
         "test_two_spellings_of_an_address_are_one_account",
         HERE + "identity.py::test_two_spellings_that_are_told",
         "http/test_limits.py::test_parallel_registrations_of_one_name",
         "http/test_limits.py::test_parallel_activations_of_one_address"],
    12: [HERE + "identity.py::test_names_that_are_taken",
         HERE + "identity.py::test_names_that_are_none",
         HERE + "identity.py::test_spellings_of_one_name",
         HERE + "identity.py::test_names_that_are_kept_for_the_site"],
    13: [HERE + "identity.py::test_privileged_fields_change_nothing",
         HERE + "identity.py::"
         "test_privileged_fields_of_other_bodies_change_nothing",
         HERE + "identity.py::"
         "test_a_field_in_a_form_body_changes_nothing_either"],
    14: [HERE + "letters.py::"
         "test_256_random_bits_of_which_a_hash_is_stored",
         HERE + "letters.py::test_lives_of_tickets",
         HERE + "letters.py::test_to_its_purpose",
         HERE + "letters.py::test_to_its_user",
         HERE + "letters.py::test_to_address_epoch_and_time",
         "http/test_limits.py::test_parallel_uses_of_a_ticket",
         "http/test_addresses.py::test_parallel_uses_of_a_ticket"],
    15: [HERE + "letters.py::test_get_and_head_use_nothing_up",
         HERE + "letters.py::test_the_link_has_it_in_the_fragment",
         HERE + "letters.py::"
         "test_wrong_expired_and_used_are_answered_alike",
         "report/equal_time.py::main"],
    16: [HERE + "letters.py::"
         "test_known_and_unknown_addresses_are_answered_alike",
         HERE + "letters.py::test_one_letter_a_minute_and_five_an_hour",
         HERE + "letters.py::test_three_letters_a_minute_from_a_peer",
         HERE + "letters.py::test_a_slow_mail_server_holds_nobody",
         "report/equal_time.py::main"],
    17: [HERE + "letters.py::test_no_header_of_a_client_reaches_a_letter",
         HERE + "letters.py::test_nothing_redirects",
         "http/test_main_job.py::test_host_never_reaches_a_letter"],
    18: [HERE + "letters.py::"
         "test_letters_are_of_the_transaction_of_their_cause",
         HERE + "letters.py::test_what_is_rolled_back_orders_no_letter",
         HERE + "letters.py::"
         "test_256_random_bits_of_which_a_hash_is_stored",
         "db/test_mail_worker.py::"
         "test_a_worker_killed_before_marking_sends_at_most_twice",
         "db/test_mail_worker.py::test_eight_attempts_with_growing_waits",
         "db/test_mail_worker.py::test_a_bad_letter_does_not_hold_the_others",
         "db/test_mail_transports.py::test_451_waits_and_is_sent_once",
         "db/test_mail_transports.py::"
         "test_550_fails_and_does_not_hold_the_others"],
    31: [HERE + "audit.py::test_it_is_in_the_audit_log",
         HERE + "audit.py::"
         "test_every_event_of_the_statements_is_in_the_table",
         HERE + "audit.py::test_it_is_append_only",
         "db/test_schema.py::test_audit_is_append_only",
         "http/test_main_job.py::test_audit_tells_the_story"],
    33: ["db/test_clean_tables.py::test_every_table_is_accounted_for",
         "db/test_clean_tables.py::test_in_batches_of_a_thousand",
         "db/test_operator.py::test_clean_never_before_expiry",
         "db/test_operator.py::test_clean_keeps"],
}


def functions_of(path):
    """The names of the tests in a file: of Python, or of cmocka."""
    with open(os.path.join(ROOT, "tests", path)) as file:
        text = file.read()
    if path.endswith(".c"):
        return set(re.findall(r"cmocka_unit_test\((\w+)\)", text))
    return {node.name for node in ast.parse(text).body
            if isinstance(node, ast.FunctionDef)}


def test_every_number_has_its_tests():
    assert set(NUMBERS) == set(range(1, 19)) | {31, 33}
    assert all(NUMBERS.values())


@pytest.mark.parametrize("number", NUMBERS)
def test_the_tests_are_there(number):
    for test in NUMBERS[number]:
        path, _, name = test.partition("::")
        assert name in functions_of(path), test
