"""All endpoints and their fields, written by hand from the documents."""

# A name alone is text that must be there; ? may be missing or blank, ! is a
# switch, * a list. {id} is that of another account.
ENDPOINTS = {
    "POST /api/token/": "username password remember! otp?",
    "POST /api/token/sliding/": "username password remember! otp?",
    "POST /api/token/sliding/refresh/": "token",
    "POST /api/token/refresh/": "refresh",
    "POST /api/token/verify/": "token",
    "POST /api/token/blacklist/": "refresh",
    "POST /api/register/":
        "email username password re_password first_name? last_name?",
    "POST /api/activate/": "uid token",
    "POST /api/activate/resend/": "email",
    "POST /api/reset/": "email",
    "POST /api/reset/confirm/": "uid token new_password re_new_password",
    "POST /api/reset/username/": "email",
    "POST /api/reset/username/confirm/":
        "uid token new_username re_new_username",
    "PUT /api/me/": "first_name? last_name?",
    "PATCH /api/me/": "first_name? last_name?",
    "DELETE /api/me/": "current_password otp?",
    "POST /api/me/password/":
        "new_password re_new_password current_password otp?",
    "POST /api/me/username/":
        "current_password new_username re_new_username otp?",
    "POST /api/me/email/": "current_password new_email otp?",
    "POST /api/me/email/confirm/": "uid token",
    "POST /api/me/email/undo/": "uid token",
    "POST /api/me/totp/": "current_password",
    "DELETE /api/me/totp/": "current_password otp",
    "POST /api/me/totp/confirm/": "otp",
    "POST /api/me/totp/recovery/": "current_password otp",
    "PUT /api/users/{id}/":
        "first_name? last_name? is_active! is_banned! is_staff! groups*",
    "PATCH /api/users/{id}/":
        "first_name? last_name? is_active! is_banned! is_staff! groups*",
    "DELETE /api/users/{id}/": "current_password otp?",
}
# Their values stand in the query or the path, or there are none.
OTHERS = {"GET /api/health/", "GET /api/hello/", "GET /api/me/",
          "GET /api/me/sessions/", "DELETE /api/me/sessions/",
          "DELETE /api/me/sessions/{id}/", "GET /api/me/totp/",
          "GET /api/users/", "GET /api/users/{id}/"}
# djoser's name of an endpoint, and the programs' own.
DJOSER = {
    "/auth/users/": "/api/users/", "/auth/users/{id}/": "/api/users/{id}/",
    "/auth/users/me/": "/api/me/", "/auth/jwt/create/": "/api/token/",
    "/auth/users/set_password/": "/api/me/password/",
    "/auth/users/set_username/": "/api/me/username/",
    "/auth/users/activation/": "/api/activate/",
    "/auth/users/resend_activation/": "/api/activate/resend/",
    "/auth/users/reset_password/": "/api/reset/",
    "/auth/users/reset_password_confirm/": "/api/reset/confirm/",
    "/auth/users/reset_username/": "/api/reset/username/",
    "/auth/users/reset_username_confirm/": "/api/reset/username/confirm/",
    "/auth/jwt/refresh/": "/api/token/refresh/",
    "/auth/jwt/verify/": "/api/token/verify/",
    "/auth/jwt/blacklist/": "/api/token/blacklist/",
}
