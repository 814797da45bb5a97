import pytest, json
from backk_core.testing import Client, user
pytestmark=pytest.mark.django_db
A={"captchaToken":"t","subject":"ann","displayName":"Ann","firstName":"A","lastName":"B","email":"a@example.com","streetAddress":"S 1","postalCode":"33100","city":"Tampere","phoneNumber":"041 2345678","imageDataUri":"data:image/png;base64,SGVsbG8sIFdvcmxkIQ==","paymentMethods":[{"isDefault":True,"paymentMethodType":"creditCard","creditCardNumber":"4111 1111 1111 1111","creditCardExpiration":"11/99","cardVerificationCode":"345"}]}
def test_x():
    c=Client(principal=user("ann"))
    r=c.call("userAccountService.createUserAccount",A); print(r)
    id=r.data["_id"]
    print(c.call("userAccountService.getUserAccount",{}))
    b=c.call("userAccountService.createUserAccount",{**A,"subject":"bob","displayName":"Bob"},principal=user("bob")); print(b)
    print(c.call("userAccountService.followUser",{"_id":id,"followedUserAccountId":b.data["_id"]}))
    print(c.call("userAccountService.followUser",{"_id":id,"followedUserAccountId":id}))
    print(c.call("userAccountService.followUser",{"_id":id,"followedUserAccountId":"999"}))
    print(c.call("userService.getUsers",{}))
    print(c.call("userService.getUser",{"_id":b.data["_id"]}))
    si={"userAccountId":id,"title":"Bicycle","description":"Hardly","tags":[],"area":"Area1","productDepartment":"Vehicles","productCategory":"Vehicles","productSubCategory":"Vehicles","price":1,"shippingCost":9.5,"primaryImageDataUri":A["imageDataUri"],"secondaryImageDataUris":[]}
    s=c.call("salesItemService.createSalesItem",si); print(s)
    print(c.call("userAccountService.addToFavoriteSalesItems",{"_id":id,"salesItemId":s.data["_id"]}))
    print(c.call("userAccountService.getUserAccount",{}))
    print(c.call("userAccountService.updateUserAccount",{"_id":id,"paymentMethods":[{"id":"0","isDefault":False}]}))
    print(c.call("userAccountService.updateUserAccount",{"_id":id,"paymentMethods":[]}))
    print(c.call("userAccountService.deleteUserAccount",{"_id":id}))
    print(c.call("userAccountService.getUserAccount",{"subject":"bob"}))
    print(c.call("userAccountService.getUserAccount",{}))
    print(c.call("userAccountService.createUserAccount",A))
    print(c.call("userAccountService.getCities").data[:2])
    print(c.call("userAccountService.deleteAllUserAccounts"))
