"""
Where an answer differs from the recorded one on purpose.

EXCUSES maps (recording, case) to the number of the deliberate difference, our
status and our body; both are asserted, and an entry whose case agrees with
the recording fails. {{subject}} stands for the id of the account, {{jwt1}} for
a token; None for a body that is the web server's own.

BETTER maps the cases whose recorded answer is a defect, where the recording
says in prose what would be better, to what that means here.

The differences: 1 a recorded 500 is a 400 or 401, base64url is canonical,
user_id is a string; 2 a refresh token needs its session; 3 rotation is
atomic and reuse ends the session; 4 the scheme is compared without case;
5 verify asks the session; 7 no multipart; 8 an address in use is not told;
11 a change of password ends every session, and its notice is always sent; 12
OPTIONS is 204; 13 names are compared without case; 14 id and uid are the
subject; 15 both names are shown as well, PATCH changes no address. 0 is no
difference of the contract but of what surrounds it; `why` says it.

Where an answer of djoser is a defect, djoser_avoided.py has the better one.
"""

import json
from collections import namedtuple

# letters: the addresses of ours; None: as recorded. body may be a function of
# the site.
Excuse = namedtuple("Excuse", "number status body why letters")

EXCUSES = {}


def excuse(recording, number, status, body, *cases, why="", letters=None):
    for case in cases:
        EXCUSES[recording, case] = Excuse(number, status, body, why, letters)


def jwt(*arguments, **more):
    excuse("simplejwt", *arguments, **more)


def djoser(*arguments, **more):
    excuse("djoser", *arguments, **more)


def bearer_refused(message):
    return ('{"detail":"Given token not valid for any token type",'
            '"code":"token_not_valid","messages":[{"token_class":'
            '"AccessToken","token_type":"access","message":"%s"}]}' % message)


def token_refused(message):
    return '{"detail":"%s","code":"token_not_valid"}' % message


INVALID = bearer_refused("Token is invalid")
NOT_FOUND = '{"detail":"User not found","code":"user_not_found"}'
UNIDENTIFIED = ('{"detail":"Token contained no recognizable user '
                'identification","code":"token_not_valid"}')
PAIR = '{"refresh":"{{jwt1}}","access":"{{jwt2}}"}'
HELLO = '{"message":"Hello, World!"}'
NOT_ACCEPTABLE = ('{"detail":"Could not satisfy the request Accept header."}')


def unsupported(media_type):
    return '{"detail":"Unsupported media type \\"%s\\" in request."}' % (
        media_type)


# 1: what was a 500, or was taken though it is malformed
jwt(1, 401, INVALID, "hello_padded_signature", "hello_junk_in_signature",
    "hello_exp_list", "hello_exp_object", "hello_exp_year_9999_plus",
    "hello_exp_1e30", "hello_exp_infinity", "hello_exp_bool")
jwt(1, 401, bearer_refused("Token has no id"), "hello_jti_empty")
jwt(1, 401, UNIDENTIFIED, "hello_user_id_null", "hello_user_id_float")
jwt(1, 401, NOT_FOUND, "hello_user_id_words", "hello_user_id_huge",
    "hello_user_id_underscore_string")
jwt(1, 401, '{"detail":"No active account found for the given token."}',
    "refresh_user_id_words")
jwt(1, 401, token_refused("Token has no id"), "blacklist_jti_missing")

# 2, 3, 5, 11: sessions
jwt(2, 401, token_refused("Token is invalid"),
    "refresh_ok_minted_not_outstanding", "refresh_user_id_missing",
    "refresh_user_id_null", "blacklist_user_id_missing",
    "refresh_rotate_minted_not_outstanding", "refresh_rotate_after_flush")
jwt(3, 401, token_refused("Token is blacklisted"),
    "refresh_rotate_new_still_good_after_reuse_of_old")
jwt(5, 401, token_refused("Token is blacklisted"),
    "verify_user_deleted_ok", "verify_user_inactive_ok",
    "verify_blacklisted_refresh_default_ok", "verify_rotated_refresh")
jwt(11, 401, token_refused("Token is blacklisted"),
    "refresh_password_changed_default",
    "verify_password_changed_revoke_on_ok")
jwt(11, 401, '{"detail":"The user\'s password has been changed.",'
    '"code":"password_changed"}', "hello_access_survives_password_change")

# 4, 7, 12: HTTP
jwt(4, 200, HELLO, "hello_scheme_bearer_uppercase")
jwt(7, 415, unsupported("multipart/form-data; boundary=XBOUND"),
    "obtain_ok_multipart")
jwt(7, 415, unsupported("multipart/form-data"),
    "obtain_multipart_no_boundary")
jwt(7, 415, unsupported("multipart/form-data; boundary=XB"),
    "obtain_multipart_truncated")
jwt(12, 204, "", "obtain_options", "hello_options_no_auth",
    "hello_options_ok", "verify_options")

# What surrounds the contract
jwt(0, 406, NOT_ACCEPTABLE, "obtain_accept_html_browsable",
    "hello_accept_html", why="there are no HTML renderings")
jwt(0, 413, '{"detail":"Request body is too large."}',
    "obtain_body_over_2_5_mb_json", why="a body has 64 KiB at most")
jwt(0, 501, None, "obtain_unknown_method",
    why="lighttpd refuses a method that it does not know")
jwt(0, 431, None, "hello_very_long_token",
    "hello_header_unsigned_deep_nesting",
    why="lighttpd refuses a header over 8 KiB")
jwt(0, 400, '{"username":["Not a valid string."]}',
    "obtain_json_number_5000_digits",
    why="a number is text, and this one is none that anybody has")
jwt(0, 401, INVALID, "hello_header_kid_unknown",
    why="a kid names the key, and this one names none")
jwt(0, 401, INVALID, "hello_header_typ_other",
    why="libjwt takes no typ but JWT")
jwt(0, 401, INVALID, "hello_aud_present_not_configured",
    why="RFC 7519 section 4.1.3: a token for somebody else is refused")

jwt(0, 200, PAIR, "obtain_post_no_trailing_slash_append_off",
    why="both forms of a path answer alike")
jwt(0, 200, PAIR, "obtain_form_jsononly", why="forms are always taken")
jwt(0, 400, '{"username":["This field is required."],"password":["This field '
    'is required."]}', "obtain_localised_german_missing",
    why="answers are not translated")
jwt(0, 401, '{"detail":"No active account found with the given credentials"}',
    "obtain_localised_german_wrong_password", why="answers are not translated")

# 11, 13, 14, 15: accounts
def created(name, address):
    return (f'{{"email":"{address}","username":"{name}",'
            '"id":"{{subject}}"}')


def shown(number, name, address):
    """An account as it sees itself; the subject is the recorded number."""
    return (f'{{"email":"{address}","id":"{number}","username":"{name}",'
            '"first_name":"","last_name":""}')


def alice_shown(site):
    """Of one who registered the subject is random."""
    return shown(site.value("select subject from postern.users "
                            "where username = 'alice'"),
                 "alice", "alice@example.com")


def page_for_staff(site):
    """All accounts as the database has them; of staff is one, no groups."""
    rows = site.sql(
        "select email, subject, username, verified_at is not null, "
        "is_staff, to_char(created_at at time zone 'UTC', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from postern.users order by id")
    return json.dumps([
        {"email": email, "id": subject, "username": username,
         "first_name": "", "last_name": "", "is_active": is_active,
         "is_banned": False, "is_staff": is_staff, "groups": [],
         "created": created_at, "last_login": None}
        for email, subject, username, is_active, is_staff, created_at in rows],
        separators=(",", ":"), ensure_ascii=False)


djoser(14, 201, created("alice", "alice@example.com"), "register_happy",
       "retype_register_happy_frontend_domain", "noactivation_register")
djoser(14, 201, created("12345", "n@example.com"), "register_number_username")
djoser(14, 201, created("longpw", "lp@example.com"), "register_password_200")
djoser(14, 201, created("trim", "trim@example.com"),
       "register_username_trimmed")
djoser(14, 201, created("mallory", "m@example.com"),
       "register_privilege_fields_ignored")
djoser(14, 201, created("formy", "formy@example.com"),
       "register_form_encoded")
djoser(14, 400, '{"token":["Invalid token for given user."]}',
       "activation_nonutf8_uid")
djoser(13, 400, '{"username":["A user with that username already exists."]}',
       "register_fullwidth_username_nfkc")
djoser(15, 200, shown(18, "dave", "dave@example.com"), "me_get",
       "me_put_missing_email", "me_patch_username_readonly",
       "me_patch_password_ignored")
djoser(15, 200, f"[{shown(18, 'dave3', 'dave@example.com')}]",
       "users_list_normal_user")
djoser(15, 200, page_for_staff, "users_list_staff")
djoser(15, 200, alice_shown, "email_me", "noactivation_me_patch_email")
djoser(11, 204, "", "noactivation_set_password_no_mail",
       letters=("alice@example.com",))
djoser(0, 400, '{"email":["This field is required."],"username":["This field '
       'is required."],"password":["This field is required."]}',
       "register_empty_body", "email_register_missing",
       why="an account has both an address and a name")
djoser(0, 400, '{"username":["This field is required."]}',
       "email_register_duplicate_domain_case",
       why="an account has a name as well; the twin with one is "
       "email_register_duplicate_local_case")
djoser(0, 200, '{"refresh":"{{JWT}}","access":"{{JWT}}"}',
       "email_login_othercase",
       why="an address is the same in every case of its letters")
djoser(0, 405, '{"detail":"Method \\"GET\\" not allowed."}', "activation_get",
       why="who needs no token is not asked for one")
djoser(0, 200, HELLO, "hello_ok", why="the recorded site greets by name")
djoser(0, 404, '{"detail":"Not found."}', "hide_users_false_detail_other",
       why="there is no HIDE_USERS = False")
djoser(0, 200, f"[{shown(2, 'bob', 'bob@example.com')}]",
       "hide_users_false_list", why="there is no HIDE_USERS = False")


# (status, body, settings of the option, what has to be so afterwards: (path,
# field, token of a step, status, body)).
BETTER = {}


def better(case, status, body, settings=None, afterwards=None):
    BETTER[case] = status, body, settings or {}, afterwards


BLACKLISTED = token_refused("Token is blacklisted")

# "as the anchor, or 415"
better("obtain_ctype_415_with_empty_body", 400,
       '{"username":["This field is required."],"password":["This field is '
       'required."]}')
# "413 (a body limit of a few KiB is enough)"
better("obtain_body_over_2_5_mb_json", 413,
       '{"detail":"Request body is too large."}')
# "200"
better("hello_scheme_bearer_uppercase", 200, HELLO)
# "401 Token is invalid": the web server is faster; what is behind it gives
# that answer in test_what_the_web_server_stops_is_stopped_behind_it_too.
better("hello_header_unsigned_deep_nesting", 431, None)
# "401 Token has no id"
better("hello_jti_empty", 401, bearer_refused("Token has no id"))
# "401 user_not_found (or accept)": a number with a fraction is no id at all.
better("hello_user_id_float", 401, UNIDENTIFIED)
# "401 user_not_found"
better("hello_user_id_underscore_string", 401, NOT_FOUND)
better("hello_user_id_huge", 401, NOT_FOUND)
# "401 (session id in the access token) as an option"
better("hello_access_survives_logout", 401,
       bearer_refused("Token is blacklisted"), {"access_check": "session"})
# "401 by default (token version / iat check)"
better("hello_access_survives_password_change", 401,
       '{"detail":"The user\'s password has been changed.",'
       '"code":"password_changed"}')
# "allow-list mode: 401 when the jti is unknown to the table"
better("refresh_ok_minted_not_outstanding", 401,
       token_refused("Token is invalid"))
better("refresh_rotate_minted_not_outstanding", 401,
       token_refused("Token is invalid"))
# "401"
better("refresh_user_id_missing", 401, token_refused("Token is invalid"))
better("refresh_user_id_null", 401, token_refused("Token is invalid"))
# "401: a password change revokes sessions by default"
better("refresh_password_changed_default", 401, BLACKLISTED)
# "same answer, and revoke the family": the successor is dead too.
better("refresh_rotate_reuse_old", 401, BLACKLISTED,
       afterwards=("/api/token/refresh/", "refresh", "b.refresh", 401,
                   BLACKLISTED))
# "401 and the whole family revoked"
better("refresh_rotate_new_still_good_after_reuse_of_old", 401, BLACKLISTED,
       afterwards=("/api/token/refresh/", "refresh", "a.refresh", 401,
                   BLACKLISTED))
# "purge only after exp (+ leeway)": what was purged is never good again.
better("refresh_rotate_after_flush", 401, token_refused("Token is invalid"),
       afterwards=("/api/token/refresh/", "refresh", "b.refresh", 401,
                   token_refused("Token is invalid")))
# "401 as an option": here without being asked for
better("verify_user_deleted_ok", 401, BLACKLISTED)
better("verify_user_inactive_ok", 401, BLACKLISTED)
better("verify_password_changed_revoke_on_ok", 401, BLACKLISTED)
# "401 Token is blacklisted"
better("verify_blacklisted_refresh_default_ok", 401, BLACKLISTED)
# "same": refused as blacklisted, with the answer that bad tokens get
better("verify_rotated_refresh", 401, BLACKLISTED)
